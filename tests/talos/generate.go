package main

import (
	"time"

	"github.com/siderolabs/talos/pkg/machinery/config"
	"github.com/siderolabs/talos/pkg/machinery/config/encoder"
	"github.com/siderolabs/talos/pkg/machinery/config/generate"
	"github.com/siderolabs/talos/pkg/machinery/config/machine"
	"github.com/siderolabs/talos/pkg/machinery/config/types/v1alpha1"
)

type generation struct {
	Contract       string              `json:"contract"`
	Name           string              `json:"name"`
	Endpoint       string              `json:"endpoint"`
	Kubernetes     string              `json:"kubernetes"`
	Worker         bool                `json:"worker"`
	Bundle         string              `json:"bundle"`
	Disk           string              `json:"disk"`
	Image          string              `json:"image"`
	KernelArgs     []string            `json:"kernelArgs"`
	PodSubnets     []string            `json:"podSubnets"`
	ServiceSubnets []string            `json:"serviceSubnets"`
	Domain         string              `json:"domain"`
	CNI            string              `json:"cni"`
	CNIURLs        []string            `json:"cniUrls"`
	SANs           []string            `json:"sans"`
	Scheduling     bool                `json:"scheduling"`
	Discovery      *bool               `json:"discovery"`
	LocalPort      int                 `json:"localPort"`
	KubePrism      *int                `json:"kubePrism"`
	Sysctls        map[string]string   `json:"sysctls"`
	Mirrors        map[string][]string `json:"mirrors"`
	ForwardDNS     bool                `json:"forwardDns"`
	Debug          bool                `json:"debug"`
}

func (asked generation) config() (string, error) {
	contract, err := config.ParseContractFromVersion(asked.Contract)
	if err != nil {
		return "", err
	}
	bundle, err := read(asked.Bundle, time.Unix(1_700_000_000, 0))
	if err != nil {
		return "", err
	}
	options := []generate.Option{
		generate.WithVersionContract(contract),
		generate.WithSecretsBundle(bundle),
		generate.WithInstallDisk(asked.Disk),
		generate.WithInstallImage(asked.Image),
		generate.WithInstallExtraKernelArgs(asked.KernelArgs),
		generate.WithAdditionalSubjectAltNames(asked.SANs),
		generate.WithAllowSchedulingOnControlPlanes(asked.Scheduling),
		generate.WithLocalAPIServerPort(asked.LocalPort),
		generate.WithDebug(asked.Debug),
	}
	if asked.ForwardDNS {
		options = append(options, generate.WithHostDNSForwardKubeDNSToHost(true))
	}
	if asked.Domain != "" {
		options = append(options, generate.WithDNSDomain(asked.Domain))
	}
	if asked.CNI != "" {
		cni := &v1alpha1.CNIConfig{CNIName: asked.CNI, CNIUrls: asked.CNIURLs}
		options = append(options, generate.WithClusterCNIConfig(cni))
	}
	if asked.Discovery != nil {
		options = append(options, generate.WithClusterDiscovery(*asked.Discovery))
	}
	if asked.KubePrism != nil {
		options = append(options, generate.WithKubePrismPort(*asked.KubePrism))
	}
	if len(asked.Sysctls) > 0 {
		options = append(options, generate.WithSysctls(asked.Sysctls))
	}
	for host, endpoints := range asked.Mirrors {
		options = append(options, generate.WithRegistryMirror(host, endpoints...))
	}
	input, err := generate.NewInput(asked.Name, asked.Endpoint, asked.Kubernetes, options...)
	if err != nil {
		return "", err
	}
	if asked.PodSubnets != nil {
		input.PodNet = asked.PodSubnets
	}
	if asked.ServiceSubnets != nil {
		input.ServiceNet = asked.ServiceSubnets
	}
	kind := machine.TypeControlPlane
	if asked.Worker {
		kind = machine.TypeWorker
	}
	provider, err := input.Config(kind)
	if err != nil {
		return "", err
	}
	return provider.EncodeString(encoder.WithComments(encoder.CommentsDisabled))
}
