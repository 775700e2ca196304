package pgtest

import (
	"database/sql"
	"testing"
)

func TestURLsAreApart(t *testing.T) {
	for range 2 {
		db, err := sql.Open("pgx", URL(t))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Exec(`CREATE TABLE mark (id INT PRIMARY KEY)`); err != nil {
			t.Errorf("CREATE TABLE in a new database: %v", err)
		}
	}
}

func TestClusterSurvivesKill(t *testing.T) {
	c := NewCluster(t)
	db, err := sql.Open("pgx", c.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`CREATE TABLE mark (id INT PRIMARY KEY)`); err != nil {
		t.Fatal(err)
	}
	c.Kill()
	if err := db.Ping(); err == nil {
		t.Error("Ping after Kill: got nil, want an error")
	}
	c.Restart(t)
	if _, err := db.Exec(`INSERT INTO mark (id) VALUES (1)`); err != nil {
		t.Errorf("INSERT after Restart: %v", err)
	}
}
