package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	securejoin "github.com/cyphar/filepath-securejoin"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	"github.com/fluxcd/pkg/http/fetch"
	generator "github.com/fluxcd/pkg/kustomize"
	ssautil "github.com/fluxcd/pkg/ssa/utils"
	"github.com/fluxcd/pkg/tar"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// build does what reconcile, generate and build of kustomize-controller's internal/controller/
// kustomization_controller.go (v1.7.3) do up to the objects that are applied, for a Kustomization without decryption
// and substitution.
func build(kustomization *kustomizev1.Kustomization, artifact *meta.Artifact) ([]*unstructured.Unstructured, error) {
	if kustomization.Spec.Decryption != nil || kustomization.Spec.PostBuild != nil {
		return nil, errors.New("neither decryption nor substitution is done here")
	}
	directory, err := os.MkdirTemp("", "kustomization-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(directory)
	fetcher := fetch.New(
		fetch.WithRetries(0),
		fetch.WithMaxDownloadSize(tar.UnlimitedUntarSize),
		fetch.WithUntar(tar.WithMaxUntarSize(tar.UnlimitedUntarSize)),
	)
	if err := fetcher.Fetch(artifact.URL, artifact.Digest, directory); err != nil {
		return nil, err
	}
	path, err := securejoin.SecureJoin(directory, kustomization.Spec.Path)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("kustomization path not found: %w", err)
	}
	object, err := runtime.DefaultUnstructuredConverter.ToUnstructured(kustomization)
	if err != nil {
		return nil, err
	}
	if _, err := generator.NewGenerator(directory, unstructured.Unstructured{Object: object}).WriteFile(path); err != nil {
		return nil, err
	}
	// Remote bases are allowed by default.
	resources, err := generator.SecureBuild(directory, path, true)
	if err != nil {
		return nil, fmt.Errorf("kustomize build failed: %w", err)
	}
	for _, resource := range resources.Resources() {
		if resource.GetName() == "" || resource.GetKind() == "" || resource.GetApiVersion() == "" {
			return nil, fmt.Errorf("failed to decode Kubernetes apiVersion, kind and name from: %v", resource.String())
		}
	}
	text, err := resources.AsYaml()
	if err != nil {
		return nil, fmt.Errorf("kustomize build failed: %w", err)
	}
	return ssautil.ReadObjects(bytes.NewReader(text))
}
