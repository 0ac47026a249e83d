package main

import (
	"log"

	"github.com/blang/semver/v4"
	"github.com/siderolabs/talos/pkg/machinery/extensions"
	"github.com/siderolabs/talos/pkg/machinery/imager/quirks"
	"github.com/siderolabs/talos/pkg/machinery/kernel"
)

type tables struct {
	Versions    []string    `json:"versions"`
	Constraints [][2]string `json:"constraints"`
}

type release struct {
	Defaults []string `json:"defaults"`
	Modules  string   `json:"modules"`
	Firmware string   `json:"firmware"`
	Holds    []bool   `json:"holds"`
	Boot     uint64   `json:"boot"`
}

type facts struct {
	Versions    []release `json:"versions"`
	Constraints []string  `json:"constraints"`
}

func (t tables) look() facts {
	told := facts{Versions: []release{}, Constraints: []string{}}

	for _, version := range t.Versions {
		told.Versions = append(told.Versions, about(version))
	}

	for _, pair := range t.Constraints {
		told.Constraints = append(told.Constraints, refused(pair[0], pair[1]))
	}

	return told
}

func about(version string) release {
	q := quirks.New(version)

	return release{
		Defaults: kernel.DefaultArgs(q),
		Modules:  q.KernelModulesPath(),
		Firmware: q.FirmwarePath(),
		Boot:     q.PartitionSizes().GrubBootSize() >> 20,
		Holds: []bool{
			q.SupportsUKI(), q.SupportsCompressedEncodedMETA(), q.SupportsOverlay(), q.UseZSTDCompression(),
			q.SupportsHaltIfInstalled(), q.SupportsMetalPlatformConsoleTTYS0(), q.UseSDBootForUEFI(),
			q.SupportsUKIProfiles(), q.SupportsUnifiedInstaller(), q.SupportsSELinux(), q.SupportsIMA(),
			q.SupportsEmbeddedConfig(), q.SupportsDisablingModuleSignatureVerification(), q.ISOSupportsSettingBootloader(),
			q.ProcMemOverrideNever(), !q.DropInitOnAllocInArgs(), !q.NvmeCoreIoTimeoutAWSOnly(),
		},
	}
}

func refused(constraint, version string) string {
	parsed, err := semver.ParseTolerant(version)
	if err != nil {
		log.Fatal(err)
	}

	extension := extensions.New("", "test", extensions.Manifest{
		Metadata: extensions.Metadata{
			Compatibility: extensions.Compatibility{Talos: extensions.Constraint{Version: constraint}},
		},
	})

	err = extension.Validate(extensions.WithValidateConstraints(), extensions.WithTalosVersion(&parsed))
	if err != nil {
		return err.Error()
	}

	return ""
}
