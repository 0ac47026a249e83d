package main

import (
	"bytes"
	"crypto/tls"
	stdx509 "crypto/x509"
	"encoding/base64"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/siderolabs/crypto/x509"

	"github.com/siderolabs/talos/pkg/machinery/client/config"
	"github.com/siderolabs/talos/pkg/machinery/config/generate/secrets"
)

// read loads a bundle as talosctl does, which takes files only.
func read(text string, now time.Time) (*secrets.Bundle, error) {
	file, err := os.CreateTemp("", "bundle")
	if err != nil {
		return nil, err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	if _, err := file.WriteString(text); err != nil {
		return nil, err
	}
	bundle, err := secrets.LoadBundle(file.Name())
	if err != nil {
		return nil, err
	}
	bundle.Clock = secrets.NewFixedClock(now)
	return bundle, nil
}

func judge(text string) ([]string, error) {
	bundle, err := read(text, time.Now())
	if err != nil {
		return nil, err
	}
	// The library of Talos 1.10 has no opinion.
	if judged, ok := any(bundle).(interface{ Validate() error }); ok {
		return flat(judged.Validate()), nil
	}
	return nil, nil
}

type connection struct {
	Bundle      string `json:"bundle"`
	Talosconfig string `json:"talosconfig"`
	// Seconds since 1970 at which client and server think they are.
	Now int64 `json:"now"`
}

// handshake lets a client with the talosconfig meet a server whose certificate comes from the bundle.
func (asked connection) handshake() error {
	now := time.Unix(asked.Now, 0)
	bundle, err := read(asked.Bundle, now)
	if err != nil {
		return err
	}
	client, err := config.FromString(asked.Talosconfig)
	if err != nil {
		return err
	}
	context := client.Contexts[client.Context]
	if context == nil {
		return fmt.Errorf("no context %q", client.Context)
	}
	var parts [3][]byte
	for index, text := range []string{context.CA, context.Crt, context.Key} {
		if parts[index], err = base64.StdEncoding.DecodeString(text); err != nil {
			return err
		}
	}
	// Go knows the type of an Ed25519 key by its content.
	pair, err := tls.X509KeyPair(parts[1], bytes.ReplaceAll(parts[2], []byte("ED25519 PRIVATE"), []byte("PRIVATE")))
	if err != nil {
		return err
	}
	roots := stdx509.NewCertPool()
	if !roots.AppendCertsFromPEM(parts[0]) {
		return fmt.Errorf("the context's CA is no certificate")
	}
	server, err := serverCertificate(bundle, now)
	if err != nil {
		return err
	}
	time := func() time.Time { return now }
	// A pipe without a buffer would block both when they speak at once.
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer listener.Close()
	near, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		return err
	}
	defer near.Close()
	far, err := listener.Accept()
	if err != nil {
		return err
	}
	refused := make(chan error, 1)
	go func() {
		defer far.Close()
		required := &tls.Config{Certificates: []tls.Certificate{server}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: roots, Time: time}
		refused <- tls.Server(far, required).Handshake()
	}()
	met := tls.Client(near, &tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: roots, ServerName: "127.0.0.1", Time: time})
	if err := met.Handshake(); err != nil {
		return err
	}
	// The server judges the client only now.
	return <-refused
}

func serverCertificate(bundle *secrets.Bundle, now time.Time) (tls.Certificate, error) {
	authority, err := x509.NewCertificateAuthorityFromCertificateAndKey(bundle.Certs.OS)
	if err != nil {
		return tls.Certificate{}, err
	}
	pair, err := x509.NewKeyPair(authority,
		x509.IPAddresses([]net.IP{net.IPv4(127, 0, 0, 1)}),
		x509.NotBefore(now.Add(-time.Hour)),
		x509.NotAfter(now.Add(time.Hour)),
		x509.KeyUsage(stdx509.KeyUsageDigitalSignature),
		x509.ExtKeyUsage([]stdx509.ExtKeyUsage{stdx509.ExtKeyUsageServerAuth}))
	if err != nil {
		return tls.Certificate{}, err
	}
	return *pair.Certificate, nil
}
