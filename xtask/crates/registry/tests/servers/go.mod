module servers

go 1.24.0

require (
	github.com/google/go-containerregistry v0.20.6
	github.com/olareg/olareg v0.1.2
)

require github.com/opencontainers/go-digest v1.0.0 // indirect
