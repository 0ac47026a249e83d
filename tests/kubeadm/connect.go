package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"math/big"
	"net"
	"time"

	x509request "k8s.io/apiserver/pkg/authentication/request/x509"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/keyutil"
)

type connection struct {
	Kubeconfig string `json:"kubeconfig"`
	// Certificate and key of the cluster's authority, base64 of PEM.
	Crt string `json:"crt"`
	Key string `json:"key"`
	// Seconds since 1970 at which client and server think they are.
	Now int64 `json:"now"`
	// Whom the API server must take the client for, as `name groups`.
	User string `json:"user"`
	// The server that the kubeconfig must name.
	Server string `json:"server"`
}

// meet lets a client with the kubeconfig meet a server whose certificate comes from the authority.
func (asked connection) meet() error {
	client, err := clientcmd.RESTConfigFromKubeConfig([]byte(asked.Kubeconfig))
	if err != nil {
		return err
	}
	if client.Host != asked.Server {
		return fmt.Errorf("the server is %q", client.Host)
	}
	now := func() time.Time { return time.Unix(asked.Now, 0) }
	near, err := rest.TLSConfigFor(client)
	if err != nil {
		return err
	}
	near.Time = now
	near.ServerName = "127.0.0.1"
	far, err := asked.server(now)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer listener.Close()
	socket, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		return err
	}
	defer socket.Close()
	accepted, err := listener.Accept()
	if err != nil {
		return err
	}
	refused := make(chan error, 1)
	go func() {
		defer accepted.Close()
		server := tls.Server(accepted, far)
		if err := server.Handshake(); err != nil {
			refused <- err
			return
		}
		refused <- asked.recognise(server.ConnectionState().PeerCertificates[0])
	}()
	if err := tls.Client(socket, near).Handshake(); err != nil {
		return err
	}
	return <-refused
}

// recognise takes a client for whom the API server takes it.
func (asked connection) recognise(certificate *x509.Certificate) error {
	found, ok, err := x509request.CommonNameUserConversion.User([]*x509.Certificate{certificate})
	if err != nil || !ok {
		return fmt.Errorf("the API server knows nobody: %w", err)
	}
	if user := fmt.Sprintf("%s %v", found.User.GetName(), found.User.GetGroups()); user != asked.User {
		return fmt.Errorf("the user is %q", user)
	}
	return nil
}

func (asked connection) server(now func() time.Time) (*tls.Config, error) {
	crt, err := base64.StdEncoding.DecodeString(asked.Crt)
	if err != nil {
		return nil, err
	}
	text, err := base64.StdEncoding.DecodeString(asked.Key)
	if err != nil {
		return nil, err
	}
	signer, err := keyutil.ParsePrivateKeyPEM(text)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(crt) {
		return nil, fmt.Errorf("the authority is no certificate")
	}
	pair, err := tls.X509KeyPair(crt, text)
	if err != nil {
		return nil, err
	}
	authority, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "kube-apiserver"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore:    now().Add(-time.Hour),
		NotAfter:     now().Add(time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, authority, &key.PublicKey, signer)
	if err != nil {
		return nil, err
	}
	return &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}},
		ClientAuth:   tls.RequireAndVerifyClientCert,
		ClientCAs:    roots,
		Time:         now,
	}, nil
}
