package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"strings"

	"github.com/BurntSushi/toml"
)

// Load reads the settings from a TOML file, lays them over the defaults and
// checks them. explicit says that the user named the file: then a missing one
// is an error, otherwise it means the defaults. Errors are sentences in Chinese
// that name the file and, where there is one, the setting or the line.
func Load(path string, explicit bool) (Config, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if explicit {
			return Config{}, fmt.Errorf("找不到配置文件 %s：请检查 --config 后的路径，或不写 --config 使用默认设置", path)
		}
		return Default(), nil
	}
	if err != nil {
		return Config{}, fmt.Errorf("读不了配置文件 %s：请检查文件权限（%w）", path, err)
	}
	cfg, err := Parse(text)
	if err != nil {
		return Config{}, fmt.Errorf("配置文件 %s：%w", path, err)
	}
	return cfg, nil
}

// Parse is Load for a text already read; a UTF-8 byte order mark is ignored,
// since the editor of Windows writes one.
func Parse(text []byte) (Config, error) {
	cfg := Default()
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	meta, err := toml.Decode(string(text), &cfg)
	if err != nil {
		return Config{}, readingError(err)
	}
	if err := unknownKeys(meta); err != nil {
		return Config{}, err
	}
	return cfg, Check(cfg)
}

func readingError(err error) error {
	var parse toml.ParseError
	if errors.As(err, &parse) {
		return fmt.Errorf("第%d行写法不对：%s；每行应为“名称 = 值”，文字要加英文双引号", parse.Position.Line, parse.Message)
	}
	return fmt.Errorf("有一项的值类型不对：%w", err)
}

// unknownKeys names every key that no setting has, each with the setting that
// was probably meant.
func unknownKeys(meta toml.MetaData) error {
	var wrong []string
	known := knownKeys(reflect.TypeFor[Config](), "")
	for _, key := range meta.Undecoded() {
		sentence := fmt.Sprintf("没有“%s”这项设置", key)
		if near := nearest(key.String(), known); near != "" {
			sentence += fmt.Sprintf("，是否指“%s”", near)
		}
		wrong = append(wrong, sentence)
	}
	if wrong == nil {
		return nil
	}
	return errors.New(strings.Join(wrong, "；"))
}

// knownKeys lists the dotted keys of every setting and section.
func knownKeys(t reflect.Type, prefix string) []string {
	var keys []string
	for i := range t.NumField() {
		name := prefix + t.Field(i).Tag.Get("toml")
		keys = append(keys, name)
		if t.Field(i).Type.Kind() == reflect.Struct {
			keys = append(keys, knownKeys(t.Field(i).Type, name+".")...)
		}
	}
	return keys
}

// nearest gives the known key with the fewest differing letters, or "" when
// even that differs in more than half of them. The last part alone counts too,
// so that a setting in the wrong section finds its own.
func nearest(key string, known []string) string {
	best, least := "", len(key)/2+1
	for _, candidate := range known {
		d := min(distance(key, candidate), distance(lastPart(key), lastPart(candidate))+1)
		if d < least {
			best, least = candidate, d
		}
	}
	return best
}

func lastPart(key string) string { return key[strings.LastIndex(key, ".")+1:] }

// distance is Levenshtein's: the insertions, deletions and replacements of a
// byte that turn a into b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
