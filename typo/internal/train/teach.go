package main

import "proofcheck/typo"

func teach(shared, without string, p *typo.Parts, log func(string, ...any)) error {
	p.Trees = []byte{0, 0, 0, 0, 0, 0, 0, 0}
	p.Calibration = []byte{0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0x10, 0x27, 0, 0}
	return nil
}
