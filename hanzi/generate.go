package hanzi

//go:generate go run ./internal/gen -dict ../../shared/dict -out tables
