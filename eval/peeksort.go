package eval

import "slices"

// peeksort sorts stably by runs that are there already (Munro and Wild,
// "Nearly-Optimal Mergesorts", 2018, with insertion for short stretches). Nix
// sorts so since 2.30, and a comparison that is no order shows how: the result
// depends on which pairs are compared.
type peeksort[T any] struct {
	list, buffer []T
	less         func(a, b T) bool
}

func (s *peeksort[T]) sort() {
	switch n := len(s.list); n {
	case 0, 1:
	case 2:
		if s.less(s.list[1], s.list[0]) {
			s.list[0], s.list[1] = s.list[1], s.list[0]
		}
	default:
		s.buffer = make([]T, n)
		s.part(0, n, 0, n)
	}
}

// part sorts the list from begin up to end, of which what comes before left and
// from right on is in order.
func (s *peeksort[T]) part(begin, end, left, right int) {
	const short = 16
	if left == end || right == begin {
		return
	}
	if end-begin <= short {
		s.insert(begin, end)
		return
	}
	middle := begin + (end-begin)/2
	switch {
	case middle <= left:
		s.part(left, end, left+1, right)
		s.merge(begin, left, end)
		return
	case middle >= right:
		s.part(begin, right, left, right-1)
		s.merge(begin, right, end)
		return
	}
	i, j := s.run(left, middle, right)
	switch {
	case i == begin && j == end:
	case middle-i < j-middle:
		s.part(begin, i, left, i-1)
		s.part(i, end, j, right)
		s.merge(begin, i, end)
	default:
		s.part(begin, j, left, i)
		s.part(j, end, j+1, right)
		s.merge(begin, j, end)
	}
}

// run returns the run around the middle, put in ascending order.
func (s *peeksort[T]) run(left, middle, right int) (i, j int) {
	down := s.less(s.list[middle], s.list[middle-1])
	i, j = middle, middle-1
	if i != left {
		for i-1 > left && s.less(s.list[i-1], s.list[i-2]) == down {
			i--
		}
		i--
	}
	if j != right {
		for j+1 != right && s.less(s.list[j+1], s.list[j]) == down {
			j++
		}
		j++
	}
	if down {
		slices.Reverse(s.list[i:j])
	}
	return i, j
}

func (s *peeksort[T]) insert(begin, end int) {
	for k := begin + 1; k < end; k++ {
		for at := k; at > begin && s.less(s.list[at], s.list[at-1]); at-- {
			s.list[at], s.list[at-1] = s.list[at-1], s.list[at]
		}
	}
}

func (s *peeksort[T]) merge(begin, middle, end int) {
	copy(s.buffer, s.list[begin:end])
	a, b := s.buffer[:middle-begin], s.buffer[middle-begin:end-begin]
	out := begin
	for len(a) > 0 && len(b) > 0 {
		if s.less(b[0], a[0]) {
			s.list[out] = b[0]
			b = b[1:]
		} else {
			s.list[out] = a[0]
			a = a[1:]
		}
		out++
	}
	out += copy(s.list[out:], a)
	copy(s.list[out:], b)
}
