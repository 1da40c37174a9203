package words

//go:generate go run ./internal/gen -dict ../../../shared/dict -out words.bin
