// Command layout serves the artifacts of an OCI image layout as a registry on loopback.
//
//	layout DIRECTORY REGISTRY
//
// Each entry of the layout's index gets the repository and tag of its reference name below the path of REGISTRY
// (`oci://registry.example.org/lab`), as publishing would give it. The registry also answers as an HTTP proxy, so that
// clients reach it under the name that a release has in its addresses. Every image is read back through the registry
// and validated as `crane validate` does it. One line of JSON tells the address and what is served; the registry ends
// with stdin.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

type served struct {
	Address   string     `json:"address"`
	Artifacts []artifact `json:"artifacts"`
}

type artifact struct {
	Name   string `json:"name"`
	URL    string `json:"url"`
	Digest string `json:"digest"`
	// What validation says; empty when it has nothing to say.
	Invalid string `json:"invalid"`
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: layout DIRECTORY REGISTRY")
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

func run(directory, base string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go func() {
		log.Fatal(http.Serve(listener, proxied(registry.New(registry.Logger(log.New(io.Discard, "", 0))))))
	}()

	address := "http://" + listener.Addr().String()
	proxy, err := url.Parse(address)
	if err != nil {
		return err
	}
	transport := remote.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = http.ProxyURL(proxy)
	filled, err := fill(directory, base, remote.WithTransport(transport))
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(served{address, filled}); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// Clients try TLS first, for which a proxy is asked for a tunnel: there is none, so they go on with plain HTTP.
func proxied(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		if request.Method == http.MethodConnect {
			http.Error(writer, "only plain HTTP is spoken here", http.StatusMethodNotAllowed)
			return
		}
		handler.ServeHTTP(writer, request)
	})
}

func fill(directory, base string, transport remote.Option) ([]artifact, error) {
	index, err := layout.ImageIndexFromPath(directory)
	if err != nil {
		return nil, err
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		return nil, err
	}
	parsed, err := url.Parse(base)
	if err != nil {
		return nil, err
	}
	var filled []artifact
	for _, entry := range manifest.Manifests {
		of := entry.Annotations["org.opencontainers.image.ref.name"]
		tag, err := name.NewTag(parsed.Host+parsed.Path+"/"+of, name.StrictValidation, name.Insecure)
		if err != nil {
			return nil, err
		}
		invalid, err := push(index, entry, tag, transport)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", of, err)
		}
		url := "oci://" + tag.Context().Name()
		filled = append(filled, artifact{of, url, entry.Digest.String(), invalid})
	}
	return filled, nil
}

func push(index v1.ImageIndex, entry v1.Descriptor, tag name.Tag, transport remote.Option) (string, error) {
	if entry.MediaType.IsIndex() {
		child, err := index.ImageIndex(entry.Digest)
		if err != nil {
			return "", err
		}
		if err := remote.WriteIndex(tag, child, transport); err != nil {
			return "", err
		}
		read, err := remote.Index(tag, transport)
		if err != nil {
			return "", err
		}
		return text(validate.Index(read)), nil
	}
	image, err := index.Image(entry.Digest)
	if err != nil {
		return "", err
	}
	if err := remote.Write(tag, image, transport); err != nil {
		return "", err
	}
	read, err := remote.Image(tag, transport)
	if err != nil {
		return "", err
	}
	return text(validate.Image(read)), nil
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
