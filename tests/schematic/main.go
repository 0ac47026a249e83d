// Package main answers what the library behind Image Factory does: its YAML text of values, and its schematics' names, and what Talos' own
// tables say about releases.
//
// Standard input is a JSON object with `values` (anything) and `schematics` (YAML texts), `versions` and
// `constraints` (pairs of a constraint and a version); standard output one with an answer to each.
package main

import (
	"encoding/json"
	"log"
	"os"

	"github.com/siderolabs/image-factory/pkg/schematic"
	"go.yaml.in/yaml/v4"
)

type question struct {
	Values     []any    `json:"values"`
	Schematics []string `json:"schematics"`
	tables
}

type named struct {
	ID    string `json:"id"`
	Text  string `json:"text"`
	Error string `json:"error"`
}

type answer struct {
	Values     []string `json:"values"`
	Schematics []named  `json:"schematics"`
	facts
}

func name(text string) named {
	read, err := schematic.Unmarshal([]byte(text))
	if err != nil {
		return named{Error: err.Error()}
	}

	written, err := read.Marshal()
	if err != nil {
		return named{Error: err.Error()}
	}

	id, err := read.ID()
	if err != nil {
		return named{Error: err.Error()}
	}

	return named{ID: id, Text: string(written)}
}

func main() {
	var asked question

	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		log.Fatal(err)
	}

	told := answer{Values: []string{}, Schematics: []named{}, facts: asked.look()}

	for _, value := range asked.Values {
		text, err := yaml.Marshal(value)
		if err != nil {
			log.Fatal(err)
		}

		told.Values = append(told.Values, string(text))
	}

	for _, text := range asked.Schematics {
		told.Schematics = append(told.Schematics, name(text))
	}

	if err := json.NewEncoder(os.Stdout).Encode(told); err != nil {
		log.Fatal(err)
	}
}
