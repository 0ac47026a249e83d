// Command argocd reads Argo CD Applications with the repository server of Argo CD and prints their objects.
//
//	argocd PROXY < applications.json
//
// stdin is a JSON list of Applications. Each goes the way that the application controller sends it: one call of the
// repository server's GenerateManifest with the settings that it has when nobody sets any. PROXY is what the
// repository's Secret would name as its proxy; the registry behind it speaks plain HTTP. For each Application a line
// of JSON tells its objects as the server gives them and the controller takes them, or what was said in their place.
package main

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"os"
	"time"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/reposerver/apiclient"
	"github.com/argoproj/argo-cd/v3/reposerver/cache"
	"github.com/argoproj/argo-cd/v3/reposerver/metrics"
	"github.com/argoproj/argo-cd/v3/reposerver/repository"
	cacheutil "github.com/argoproj/argo-cd/v3/util/cache"
	"github.com/argoproj/argo-cd/v3/util/git"
	"github.com/sirupsen/logrus"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

type read struct {
	Name    string                       `json:"name"`
	Objects []*unstructured.Unstructured `json:"objects"`
	Error   string                       `json:"error"`
}

func main() {
	log.SetFlags(0)
	logrus.SetOutput(io.Discard)
	if len(os.Args) != 2 {
		log.Fatal("usage: argocd PROXY")
	}
	var applications []v1alpha1.Application
	decoder := json.NewDecoder(os.Stdin)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&applications); err != nil {
		log.Fatal(err)
	}
	directory, err := os.MkdirTemp("", "argocd-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(directory)
	service := server(directory)
	if err := service.Init(); err != nil {
		log.Fatal(err)
	}
	encoder := json.NewEncoder(os.Stdout)
	for i := range applications {
		if err := encoder.Encode(generate(service, &applications[i], os.Args[1])); err != nil {
			log.Fatal(err)
		}
	}
}

// The service with the defaults of cmd/argocd-repo-server.
func server(directory string) *repository.Service {
	memory := cacheutil.NewCache(cacheutil.NewInMemoryCache(time.Hour))
	constants := repository.RepoServerInitConstants{
		OCIMediaTypes: []string{
			"application/vnd.oci.image.layer.v1.tar",
			"application/vnd.oci.image.layer.v1.tar+gzip",
			"application/vnd.cncf.helm.chart.content.v1.tar+gzip",
		},
		PauseGenerationAfterFailedGenerationAttempts: 3,
		PauseGenerationOnFailureForMinutes:           60,
		SubmoduleEnabled:                             true,
		MaxCombinedDirectoryManifestsSize:            resource.MustParse("10M"),
		StreamedManifestMaxExtractedSize:             1_000_000_000,
		StreamedManifestMaxTarSize:                   100_000_000,
		HelmManifestMaxExtractedSize:                 1_000_000_000,
		HelmRegistryMaxIndexSize:                     1_000_000_000,
		OCIManifestMaxExtractedSize:                  1_000_000_000,
	}
	inMemory := cache.NewCache(memory, time.Hour, time.Hour, 10*time.Second)
	return repository.NewService(metrics.NewMetricsServer(), inMemory, constants, git.NoopCredsStore{}, directory)
}

func generate(service *repository.Service, application *v1alpha1.Application, proxy string) read {
	source := application.Spec.GetSource()
	// Without AppLabelKey the server marks no object as belonging to the Application; all else is as it is in a
	// cluster.
	response, err := service.GenerateManifest(context.Background(), &apiclient.ManifestRequest{
		Repo:               &v1alpha1.Repository{Repo: source.RepoURL, Type: "oci", Proxy: proxy, InsecureOCIForceHttp: true},
		Revision:           source.TargetRevision,
		AppName:            application.Name,
		Namespace:          application.Spec.Destination.Namespace,
		ApplicationSource:  &source,
		KubeVersion:        "1.34.1",
		HasMultipleSources: application.Spec.HasMultipleSources(),
		ProjectName:        application.Spec.Project,
	})
	if err != nil {
		return read{Name: application.Name, Error: err.Error()}
	}
	// The first thing that the application controller does with the answer.
	result := read{Name: application.Name}
	for _, manifest := range response.Manifests {
		object, err := v1alpha1.UnmarshalToUnstructured(manifest)
		if err != nil {
			return read{Name: application.Name, Error: err.Error()}
		}
		if object != nil {
			result.Objects = append(result.Objects, object)
		}
	}
	return result
}
