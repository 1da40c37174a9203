package links

// Cache keeps answers.
type Cache struct{}

func (c *Cache) load(string) *Answer { return nil }
func (c *Cache) store(*Answer)       {}
