// Command porcupine judges a stored history with Porcupine, so that the
// verdicts of our own checker have an independent second opinion.
package main

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/anishathalye/porcupine"
)

const (
	recordSize = 40
	atLeast    = 100 * time.Millisecond
)

const (
	read = iota
	acknowledged
	unknown
)

type op struct{ key, kind, expects, version, writer uint32 }

// The writer belongs to the state because a version alone would let a server
// hand out the content of a different write under the right number.
type register struct{ version, writer uint32 }

type report struct {
	Verdict     string   `json:"verdict"`
	Operations  int      `json:"operations"`
	Keys        int      `json:"keys"`
	Seconds     float64  `json:"seconds"`
	CpuSeconds  float64  `json:"cpuSeconds"`
	ReadSeconds float64  `json:"readSeconds"`
	MaxRssMiB   float64  `json:"maxRssMiB"`
	IllegalKeys []uint32 `json:"illegalKeys,omitzero"`
	// A key that ran out of time is not a good key, so it gets a list of its own.
	UnknownKeys []uint32 `json:"unknownKeys,omitempty"`
}

func step(state, input, _ any) (bool, any) {
	s, o := state.(register), input.(*op)
	switch {
	case o.kind == read:
		return s == register{o.version, o.writer}, state
	case o.kind == acknowledged && (s.version != o.expects || o.version != o.expects+1):
		return false, state
	case s.version != o.expects:
		// Only an unknown update gets here. One deterministic step is enough for
		// "took effect or never did": such an update returns at infinity, so an
		// order in which it never did stays valid when it moves behind every
		// acknowledged update and read, where nobody can see what it does.
		return true, state
	}
	return true, register{o.expects + 1, o.writer}
}

// Grouping is part of the timed check, hence the counting sort; keys too sparse
// to count take the slower map rather than a counter for every absent key.
func partition(history []porcupine.Operation) (parts [][]porcupine.Operation) {
	key := func(i int) uint32 { return history[i].Input.(*op).key }
	top := 0
	for i := range history {
		top = max(top, int(key(i)))
	}
	if top > 4*len(history) {
		groups := map[uint32][]porcupine.Operation{}
		for i := range history {
			groups[key(i)] = append(groups[key(i)], history[i])
		}
		return slices.Collect(maps.Values(groups))
	}
	next := make([]int, top+2)
	for i := range history {
		next[key(i)+1]++
	}
	for k := range top + 1 {
		next[k+1] += next[k]
	}
	grouped := make([]porcupine.Operation, len(history))
	for i := range history {
		grouped[next[key(i)]] = history[i]
		next[key(i)]++
	}
	// After the scatter next[k] is where key k ends, so the next key starts there.
	start := 0
	for _, end := range next[:top+1] {
		if end > start {
			parts = append(parts, grouped[start:end])
		}
		start = end
	}
	return parts
}

// Whole and fractional milliseconds are scaled apart: a float64 holds an epoch
// time in milliseconds more finely than its product with a million, and instants
// that collapse into one would turn a strict order into an overlap.
func nanoseconds(ms float64) int64 {
	whole, rest := math.Modf(ms)
	return int64(whole)*1e6 + int64(math.Round(rest*1e6))
}

// A record outside the format is refused, not judged: a fault of the encoder
// would otherwise look like a disagreement between the two checkers.
func load(path string) ([]porcupine.Operation, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if len(data)%recordSize != 0 {
		return nil, fmt.Errorf("%s: %d bytes are not a whole number of %d-byte records", path, len(data), recordSize)
	}
	ops := make([]op, len(data)/recordSize)
	history := make([]porcupine.Operation, len(ops))
	for i := range ops {
		record := data[i*recordSize:]
		word := func(at int) uint32 { return binary.LittleEndian.Uint32(record[at:]) }
		instant := func(at int) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(record[at:])) }
		o, invoked, completed := op{word(0), word(4), word(8), word(12), word(16)}, instant(24), instant(32)
		open := math.IsInf(completed, 1)
		fits := o.kind == read && (o.version != 0 || o.writer == 0) ||
			o.kind != read && o.kind <= unknown && o.writer != 0 && o.expects != math.MaxUint32
		timed := math.Abs(invoked) <= 9e12 && invoked <= completed && (open || completed <= 9e12)
		if !fits || !timed || open != (o.kind == unknown) || word(20) != 0 {
			return nil, fmt.Errorf("%s: record %d is malformed: %+v padding:%d invoked:%v completed:%v",
				path, i, o, word(20), invoked, completed)
		}
		until := int64(math.MaxInt64)
		if !open {
			until = nanoseconds(completed)
		}
		// Pointing into one slice spares the heap a boxed value per record.
		ops[i] = o
		history[i] = porcupine.Operation{Input: &ops[i], Call: nanoseconds(invoked), Return: until}
	}
	return history, nil
}

func run(args []string) error {
	if len(args) < 1 || len(args) > 3 || len(args) == 3 && args[2] != "per-key" {
		return errors.New("usage: porcupine FILE [TIMEOUT-SECONDS] [per-key]")
	}
	limit := 60.0
	if len(args) > 1 {
		var err error
		if limit, err = strconv.ParseFloat(args[1], 64); err != nil || !(limit >= 1e-3 && limit <= 1e6) {
			return fmt.Errorf("timeout %q is not a number of seconds", args[1])
		}
	}
	timeout := time.Duration(limit * float64(time.Second))
	begin := time.Now()
	history, err := load(args[0])
	if err != nil {
		return err
	}
	out := report{Operations: len(history), ReadSeconds: time.Since(begin).Seconds()}
	single := porcupine.Model{Init: func() any { return register{} }, Step: step}
	whole := single
	whole.Partition = func(history []porcupine.Operation) [][]porcupine.Operation {
		parts := partition(history)
		out.Keys = len(parts)
		return parts
	}
	var before, usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &before); err != nil {
		return err
	}
	begin = time.Now()
	// The system counts processor time in steps of milliseconds, so a short check is repeated.
	rounds := 0
	for ; rounds == 0 || time.Since(begin) < atLeast; rounds++ {
		out.Verdict = strings.ToLower(string(porcupine.CheckOperationsTimeout(whole, history, timeout)))
	}
	out.Seconds = time.Since(begin).Seconds() / float64(rounds)
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return err
	}
	busy := usage.Utime.Nano() + usage.Stime.Nano() - before.Utime.Nano() - before.Stime.Nano()
	out.CpuSeconds = float64(busy) / 1e9 / float64(rounds)
	out.MaxRssMiB = float64(usage.Maxrss) / 1024 // Linux counts in KiB
	if len(args) == 3 {
		out.IllegalKeys = []uint32{}
		for _, part := range partition(history) {
			key := part[0].Input.(*op).key
			switch porcupine.CheckOperationsTimeout(single, part, timeout) {
			case porcupine.Illegal:
				out.IllegalKeys = append(out.IllegalKeys, key)
			case porcupine.Unknown:
				out.UnknownKeys = append(out.UnknownKeys, key)
			}
		}
		slices.Sort(out.IllegalKeys)
		slices.Sort(out.UnknownKeys)
	}
	return json.NewEncoder(os.Stdout).Encode(out)
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "porcupine:", err)
		os.Exit(2)
	}
}
