package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/jackc/pgx/v5"
)

// database is the server of the store, when it runs on this machine and this system tells what its processes take.
type database struct{ process string }

// databaseOf finds the server of a store. One of another machine takes nothing from the cores that are measured.
func databaseOf(ctx context.Context, dsn string) (*database, error) {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	var pid int
	if err := conn.QueryRow(ctx, "SELECT pg_backend_pid()").Scan(&pid); err != nil {
		return nil, err
	}
	stat, err := processStat(strconv.Itoa(pid))
	if err != nil || stat.name != "postgres" {
		return &database{}, nil
	}
	return &database{stat.parent}, nil
}

// seconds is what the processors have done for the server and for all its processes, also those that have ended.
func (d *database) seconds() float64 {
	if d.process == "" {
		return 0
	}
	all, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return 0
	}
	own, err := processStat(d.process)
	if err != nil {
		return 0
	}
	sum := own.own + own.ended
	for _, path := range all {
		if s, err := processStat(filepath.Base(path)); err == nil && s.parent == d.process {
			sum += s.own + s.ended
		}
	}
	return sum
}

// stat is what the system tells of a process.
type stat struct {
	name, parent string
	own, ended   float64 // seconds of the processors: its own, and of children that have ended
}

// processStat reads /proc/PID/stat; see proc(5). A clock tick is a hundredth of a second on every Linux that Go runs on.
func processStat(pid string) (stat, error) {
	text, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return stat{}, err
	}
	from, to := bytes.IndexByte(text, '('), bytes.LastIndexByte(text, ')') // names may have anything in them
	fields := bytes.Fields(text[max(0, to+1):])
	if from < 0 || to < from || len(fields) < 15 {
		return stat{}, fmt.Errorf("/proc/%s/stat: %q", pid, text)
	}
	ticks := func(i int) float64 {
		n, _ := strconv.ParseFloat(string(fields[i]), 64)
		return n / 100
	}
	return stat{string(text[from+1 : to]), string(fields[1]), ticks(11) + ticks(12), ticks(13) + ticks(14)}, nil
}
