package shop_test

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"maru/functions/internal/shop"
)

func testBoard(t *testing.T, s *shop.Shop, _ *clock) {
	ctx := t.Context()
	post, err := s.AddPost(ctx, shop.Post{Title: "안녕", Body: "3 노래", Author: "kim"})
	want := shop.Post{ID: "1", Title: "안녕", Body: "3 노래", Author: "kim", Created: noon, Version: 1}
	compare(t, want, post, err)
	got, err := s.Post(ctx, "1")
	compare(t, want, got, err)

	want.Title, want.Version = "새 제목", 2
	post.Title = "새 제목"
	changed, err := s.ReplacePost(ctx, post)
	compare(t, want, changed, err)
	if _, err := s.ReplacePost(ctx, post); err != shop.ErrConflict {
		t.Errorf("replacing version 1 again: got error %v, want ErrConflict", err)
	}
	if err := s.RemovePost(ctx, "1", 1); err != shop.ErrConflict {
		t.Errorf("removing version 1: got error %v, want ErrConflict", err)
	}
	got, err = s.Post(ctx, "1")
	compare(t, want, got, err)
}

// The comments of a post go with it, also those that nobody can reach any more.
func testRemovePost(t *testing.T, s *shop.Shop, _ *clock) {
	ctx := t.Context()
	if _, err := s.AddPost(ctx, shop.Post{Title: "a", Body: "b"}); err != nil {
		t.Fatal(err)
	}
	comment, err := s.AddComment(ctx, "1", shop.Comment{Body: "c", Author: "lee"})
	compare(t, shop.Comment{ID: "1", Body: "c", Author: "lee", Created: noon, Version: 1}, comment, err)
	if err := s.RemovePost(ctx, "1", 0); err != nil {
		t.Fatal(err)
	}
	calls := map[string]error{"RemovePost": s.RemovePost(ctx, "1", 0), "RemoveComment": s.RemoveComment(ctx, "1", "1", 0)}
	_, calls["Post"] = s.Post(ctx, "1")
	_, calls["Comment"] = s.Comment(ctx, "1", "1")
	_, _, calls["Comments"] = s.Comments(ctx, "1", shop.Page{Limit: 1})
	_, calls["AddComment"] = s.AddComment(ctx, "1", shop.Comment{Body: "c"})
	_, calls["ReplaceComment"] = s.ReplaceComment(ctx, "1", comment)
	for name, err := range calls {
		if err != shop.ErrNotFound {
			t.Errorf("%s of a removed post: got error %v, want ErrNotFound", name, err)
		}
	}
}

// Of many who change the version that they read, one succeeds.
func testReplacePostAtOnce(t *testing.T, s *shop.Shop, _ *clock) {
	post, err := s.AddPost(t.Context(), shop.Post{Title: "a", Body: "b"})
	if err != nil {
		t.Fatal(err)
	}
	var done, refused atomic.Int32
	var authors sync.WaitGroup
	for range 16 {
		authors.Go(func() {
			switch _, err := s.ReplacePost(t.Context(), post); err {
			case nil:
				done.Add(1)
			case shop.ErrConflict:
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	authors.Wait()
	if done.Load() != 1 || refused.Load() != 15 {
		t.Errorf("got %d done and %d refused, want 1 and 15", done.Load(), refused.Load())
	}
}

// Hangul counts as it is read, syllable by syllable, however it was typed.
func testBoardComposes(t *testing.T, s *shop.Shop, _ *clock) {
	const decomposed, composed = "\u1112\u1161\u11ab\u1100\u1173\u11af", "한글"
	post, err := s.AddPost(t.Context(), shop.Post{Title: strings.Repeat(decomposed, 100), Body: decomposed})
	compare(t, shop.Post{ID: "1", Title: strings.Repeat(composed, 100), Body: composed, Created: noon, Version: 1}, post, err)
	comment, err := s.AddComment(t.Context(), "1", shop.Comment{Body: decomposed})
	compare(t, shop.Comment{ID: "1", Body: composed, Created: noon, Version: 1}, comment, err)
}

func testBoardLimits(t *testing.T, s *shop.Shop, _ *clock) {
	tests := []struct {
		title, body string
		valid       bool
	}{
		{strings.Repeat("가", 200), strings.Repeat("가", 10_000), true},
		{strings.Repeat("가", 201), "b", false},
		{"a", strings.Repeat("b", 10_001), false},
		{"", "b", false},
		{"a", " \n", false},
		{"a", "\xff", false},
	}
	for _, tt := range tests {
		_, err := s.AddPost(t.Context(), shop.Post{Title: tt.title, Body: tt.body})
		var invalid shop.Invalid
		if tt.valid && err != nil || !tt.valid && !errors.As(err, &invalid) {
			t.Errorf("title of %d bytes, body of %d: got error %v, valid should be %t", len(tt.title), len(tt.body), err, tt.valid)
		}
	}
}
