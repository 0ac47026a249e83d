// Command cosign answers what the packages of cosign say about keys and signatures.
//
//	cosign < questions.json
//
// stdin is a JSON list of questions, each with one of the fields of question; for each a line of JSON answers.
package main

import (
	"encoding/json"
	"log"
	"os"
)

type question struct {
	// Verify an image of an OCI layout.
	Verify *verification `json:"verify"`
	// Open an encrypted private key.
	Open *sealed `json:"open"`
	// Generate a key and encrypt it.
	Generate *sealed `json:"generate"`
	// Write what is in a payload by itself.
	Payload *signed `json:"payload"`
}

type answer struct {
	// Why cosign refuses; empty when it does not.
	Error string `json:"error"`
	// The payloads of what it accepts.
	Payloads []string `json:"payloads,omitempty"`
	Private  string   `json:"private,omitempty"`
	Public   string   `json:"public,omitempty"`
	// The bytes of a signature's parts as cosign writes them.
	Payload string `json:"payload,omitempty"`
	Config  string `json:"config,omitempty"`
}

func main() {
	log.SetFlags(0)
	var questions []question
	decoder := json.NewDecoder(os.Stdin)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&questions); err != nil {
		log.Fatal(err)
	}
	encoder := json.NewEncoder(os.Stdout)
	for _, question := range questions {
		answered, err := question.answer()
		if err != nil {
			answered.Error = err.Error()
		}
		if err := encoder.Encode(answered); err != nil {
			log.Fatal(err)
		}
	}
}

func (question question) answer() (answer, error) {
	switch {
	case question.Verify != nil:
		return question.Verify.answer()
	case question.Open != nil:
		return question.Open.open()
	case question.Generate != nil:
		return question.Generate.generate()
	case question.Payload != nil:
		return question.Payload.answer()
	}
	log.Fatal("an empty question")
	return answer{}, nil
}
