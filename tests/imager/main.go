// Package main is Talos' own imager, and the readers of what it makes.
//
// `oracle imager -`: the imager itself, its profile on standard input. `oracle layers FILE`: the layers that the system
// will mount by an `extensions.yaml`. `oracle read FILE`: what an initramfs holds, by the imager's libraries.
package main

import (
	"encoding/json"
	"log"
	"os"

	"github.com/siderolabs/talos/cmd/installer/cmd/imager"
	"github.com/siderolabs/talos/pkg/machinery/extensions"
)

func layers(path string) {
	var config extensions.Config

	if err := config.Read(path); err != nil {
		log.Fatal(err)
	}

	if err := json.NewEncoder(os.Stdout).Encode(config.Layers); err != nil {
		log.Fatal(err)
	}
}

func main() {
	switch command := os.Args[1]; command {
	case "imager":
		os.Args = append([]string{"imager"}, os.Args[2:]...)
		imager.Execute()
	case "layers":
		layers(os.Args[2])
	case "read":
		read(os.Args[2])
	default:
		log.Fatal(command)
	}
}
