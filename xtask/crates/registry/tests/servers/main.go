// Real registries that keep everything in memory: `servers KIND [tls]` prints its address and serves until its
// standard input ends.
//
//	crane      what `crane registry serve` runs, which knows no referrers
//	referrers  the same with its referrers API
//	olareg     another one, of the author of regclient
//
// With `tls`, the certificate that it has made for itself follows the address; it is for `registry.test`.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/olareg/olareg"
	"github.com/olareg/olareg/config"
)

func main() {
	if len(os.Args) < 2 {
		log.Fatal("name one kind of registry")
	}
	handler, err := handler(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr())
	if len(os.Args) > 2 {
		certificate, err := certificate()
		if err != nil {
			log.Fatal(err)
		}
		for _, bytes := range certificate.Certificate {
			_ = pem.Encode(os.Stdout, &pem.Block{Type: "CERTIFICATE", Bytes: bytes})
		}
		listener = tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{certificate}})
	}
	go func() {
		// Whoever started this may be gone without a word.
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	server := http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)}
	log.Fatal(server.Serve(listener))
}

func handler(kind string) (http.Handler, error) {
	quiet := registry.Logger(log.New(io.Discard, "", 0))
	switch kind {
	case "crane":
		return registry.New(quiet), nil
	case "referrers":
		return registry.New(quiet, registry.WithReferrersSupport(true)), nil
	case "olareg":
		yes := true
		return olareg.New(config.Config{
			Storage: config.ConfigStorage{StoreType: config.StoreMem},
			API:     config.ConfigAPI{DeleteEnabled: &yes, Blob: config.ConfigAPIBlob{DeleteEnabled: &yes}},
			Log:     slog.New(slog.NewTextHandler(io.Discard, nil)),
		}), nil
	}
	return nil, fmt.Errorf("`%s` is no kind of registry", kind)
}

func certificate() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := x509.Certificate{
		SerialNumber:          big.NewInt(1),
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		DNSNames:              []string{"registry.test"},
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
	bytes, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
	return tls.Certificate{Certificate: [][]byte{bytes}, PrivateKey: key}, err
}
