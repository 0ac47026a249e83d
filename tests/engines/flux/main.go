// Command flux reads sources and kustomizations with the libraries of Flux's controllers and prints their objects.
//
//	flux PROXY < deliveries.json
//
// stdin is a JSON list of {"source": OCIRepository, "kustomization": Kustomization}. PROXY is what the source's proxy
// Secret would name; the registry behind it speaks plain HTTP. For each delivery a line of JSON tells its objects as
// kustomize-controller applies them, or what one of the two controllers would say in their place.
package main

import (
	"encoding/json"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/artifact/config"
	"github.com/fluxcd/pkg/artifact/storage"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

type delivery struct {
	Source        sourcev1.OCIRepository    `json:"source"`
	Kustomization kustomizev1.Kustomization `json:"kustomization"`
}

type read struct {
	Name    string                       `json:"name"`
	Objects []*unstructured.Unstructured `json:"objects"`
	Error   string                       `json:"error"`
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: flux PROXY")
	}
	if err := run(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func run(address string) error {
	proxy, err := url.Parse(address)
	if err != nil {
		return err
	}
	var deliveries []delivery
	decoder := json.NewDecoder(os.Stdin)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&deliveries); err != nil {
		return err
	}
	directory, err := os.MkdirTemp("", "flux-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(directory)
	artifacts, err := serve(directory)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(os.Stdout)
	for i := range deliveries {
		if err := encoder.Encode(deliver(&deliveries[i], proxy, artifacts)); err != nil {
			return err
		}
	}
	return nil
}

// The storage of source-controller, from which kustomize-controller fetches over HTTP.
func serve(directory string) (*storage.Storage, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	go func() { log.Fatal(http.Serve(listener, http.FileServer(http.Dir(directory)))) }()
	return storage.New(&config.Options{
		StoragePath:       directory,
		StorageAddress:    listener.Addr().String(),
		StorageAdvAddress: listener.Addr().String(),
	})
}

func deliver(delivery *delivery, proxy *url.URL, artifacts *storage.Storage) read {
	result := read{Name: delivery.Kustomization.Name}
	artifact, err := pull(&delivery.Source, proxy, artifacts)
	if err == nil {
		result.Objects, err = build(&delivery.Kustomization, artifact)
	}
	if err != nil {
		result.Error = err.Error()
	}
	return result
}
