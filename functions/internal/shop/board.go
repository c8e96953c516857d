package shop

import (
	"context"
	"time"

	"golang.org/x/text/unicode/norm"
)

// Post is an article on the board.
type Post struct {
	ID      string    `json:"id,omitempty"`
	Title   string    `json:"title"`
	Body    string    `json:"body"`
	Author  string    `json:"author"`
	Created time.Time `json:"created"`
	// Version is 1 in a new post and one more after each change.
	Version int `json:"version,omitempty"`
}

// Comment is what someone says to a post.
type Comment struct {
	ID      string    `json:"id,omitempty"`
	Body    string    `json:"body"`
	Author  string    `json:"author"`
	Created time.Time `json:"created"`
	// Version is 1 in a new comment and one more after each change.
	Version int `json:"version,omitempty"`
}

// The longest texts of the board, in characters.
const (
	longestTitle   = 200
	longestPost    = 10_000
	longestComment = 2_000
)

const postsKey = "shop:{board}:posts"

func (p *Post) number(id string, version int)    { p.ID, p.Version = id, version }
func (c *Comment) number(id string, version int) { c.ID, c.Version = id, version }

func (s *Shop) posts() series[Post, *Post] {
	return series[Post, *Post]{s.redis, postsKey}
}

func (s *Shop) comments(post string) series[Comment, *Comment] {
	return series[Comment, *Comment]{s.redis, "shop:{board}:post:" + post + ":comments"}
}

// Posts returns a page of the board, newest post first, and whether there are older ones.
func (s *Shop) Posts(ctx context.Context, p Page) ([]Post, bool, error) {
	return s.posts().page(ctx, p, newestFirst)
}

// Post returns the post with this ID, or ErrNotFound.
func (s *Shop) Post(ctx context.Context, id string) (Post, error) {
	return s.posts().get(ctx, id)
}

// AddPost puts a post on the board; its ID, time and version are the shop's to
// give. It returns Invalid if the title or the body is empty or too long.
func (s *Shop) AddPost(ctx context.Context, post Post) (Post, error) {
	if err := post.check(); err != nil {
		return Post{}, err
	}
	post.Created = s.moment()
	err := s.posts().add(ctx, &post, "", "")
	return post, err
}

// ReplacePost stores post, whose ID and Version are those of the post that was
// read, and returns it with its new version. It returns ErrConflict if someone
// was faster, ErrNotFound if the post is gone, and Invalid.
func (s *Shop) ReplacePost(ctx context.Context, post Post) (Post, error) {
	if err := post.check(); err != nil {
		return Post{}, err
	}
	err := s.posts().replace(ctx, &post, post.ID, post.Version)
	return post, err
}

// RemovePost removes the post and its comments. A version other than 0 must be
// the post's, or RemovePost returns ErrConflict. It returns ErrNotFound if the post is gone.
func (s *Shop) RemovePost(ctx context.Context, id string, version int) error {
	return s.posts().remove(ctx, id, version, s.comments(id).keys()...)
}

// Comments returns a page of a post's comments, oldest first, and whether there
// are later ones. It returns ErrNotFound if there is no such post.
func (s *Shop) Comments(ctx context.Context, post string, p Page) ([]Comment, bool, error) {
	if _, err := s.Post(ctx, post); err != nil {
		return nil, false, err
	}
	return s.comments(post).page(ctx, p, oldestFirst)
}

// Comment returns the post's comment with this ID, or ErrNotFound.
func (s *Shop) Comment(ctx context.Context, post, id string) (Comment, error) {
	return s.comments(post).get(ctx, id)
}

// AddComment adds a comment to a post; its ID, time and version are the shop's
// to give. It returns ErrNotFound if there is no such post, and Invalid.
func (s *Shop) AddComment(ctx context.Context, post string, comment Comment) (Comment, error) {
	if err := comment.check(); err != nil {
		return Comment{}, err
	}
	comment.Created = s.moment()
	err := s.comments(post).add(ctx, &comment, postsKey, post)
	return comment, err
}

// ReplaceComment is to a comment what ReplacePost is to a post.
func (s *Shop) ReplaceComment(ctx context.Context, post string, comment Comment) (Comment, error) {
	if err := comment.check(); err != nil {
		return Comment{}, err
	}
	err := s.comments(post).replace(ctx, &comment, comment.ID, comment.Version)
	return comment, err
}

// RemoveComment is to a comment what RemovePost is to a post.
func (s *Shop) RemoveComment(ctx context.Context, post, id string, version int) error {
	return s.comments(post).remove(ctx, id, version)
}

// check composes the texts (NFC) and returns Invalid if they are empty or too long.
// Without that, Hangul as macOS may send it, in single letters, would look the
// same, but weigh two or three times as many characters and be found by no search.
func (p *Post) check() error {
	p.Title, p.Body = norm.NFC.String(p.Title), norm.NFC.String(p.Body)
	return Invalid(nil).text("title", p.Title, longestTitle).text("body", p.Body, longestPost).err()
}

// check is to a comment what it is to a post.
func (c *Comment) check() error {
	c.Body = norm.NFC.String(c.Body)
	return Invalid(nil).text("body", c.Body, longestComment).err()
}
