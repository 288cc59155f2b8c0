package app

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// How long certificates hold: browsers refuse a server's of more than 825 days.
const (
	authorityYears = 15
	serverDays     = 730
)

// configTLS makes a certificate for an intranet, where no public authority
// reaches.
func configTLS(_ context.Context, env *Env, args []string) int {
	hosts, dir, err := tlsFlags(args)
	if err != nil {
		return env.Wrong(err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return env.Wrong(fmt.Errorf("建不了目录 %s：%w", dir, err))
	}
	ca, key, made, err := authority(dir, env.Now())
	if err != nil {
		return env.Wrong(err)
	}
	if err := serverCertificate(dir, ca, key, hosts, env.Now()); err != nil {
		return env.Wrong(err)
	}
	if made {
		fmt.Fprintf(env.Stdout, "颁发机构证书：%s（装到各台电脑的“受信任的根证书颁发机构”）\n颁发机构私钥：%s（移到U盘，锁入保险柜；换服务器证书时才用）\n", filepath.Join(dir, "ca.crt"), filepath.Join(dir, "ca.key"))
	}
	fmt.Fprintf(env.Stdout, "服务器证书（%s，有效至%s）。填入配置文件：\n[server]\ntls_cert = %q\ntls_key = %q\n", strings.Join(hosts, "、"),
		env.Now().AddDate(0, 0, serverDays).Format("2006-01-02"), filepath.Join(dir, "server.crt"), filepath.Join(dir, "server.key"))
	return ExitDone
}

func tlsFlags(args []string) (hosts []string, dir string, err error) {
	dir = "tls"
	for i := 0; i < len(args); i++ {
		name, value, inline := strings.Cut(args[i], "=")
		if !inline && i+1 < len(args) {
			i++
			value = args[i]
		}
		switch {
		case name == "--host" && value != "":
			hosts = append(hosts, strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == '，' || r == ' ' })...)
		case name == "--out" && value != "":
			dir = value
		default:
			return nil, "", fmt.Errorf("config tls 不认识“%s”；用法：gongkai config tls --host 主机名或IP", args[i])
		}
	}
	if len(hosts) == 0 {
		return nil, "", errors.New("没有写明主机：--host 后写浏览器里要输入的主机名或 IP 地址，如 --host 10.1.2.3")
	}
	return hosts, dir, nil
}

// authority reads the authority of a folder, or makes one.
func authority(dir string, now time.Time) (ca *x509.Certificate, key crypto.Signer, made bool, err error) {
	certFile, keyFile := filepath.Join(dir, "ca.crt"), filepath.Join(dir, "ca.key")
	cert, errCert := os.ReadFile(certFile)
	secret, errKey := os.ReadFile(keyFile)
	if errCert == nil && errKey == nil {
		ca, key, err = readAuthority(cert, secret)
		if err != nil {
			err = fmt.Errorf("%s 或 %s 不是本命令写的：%w；移走后重新生成", certFile, keyFile, err)
		}
		return ca, key, false, err
	}
	if errCert == nil || errKey == nil {
		return nil, nil, false, fmt.Errorf("%s 和 %s 只有一个在：把另一个放回来，或移走这一个后重新生成", certFile, keyFile)
	}
	fresh, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, false, err
	}
	template := &x509.Certificate{SerialNumber: serial(), Subject: pkix.Name{CommonName: "gongkai 内网证书颁发机构 " + now.Format("2006-01-02")},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(authorityYears, 0, 0), IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, fresh.Public(), fresh)
	if err != nil {
		return nil, nil, false, err
	}
	if ca, err = x509.ParseCertificate(der); err != nil {
		return nil, nil, false, err
	}
	return ca, fresh, true, writePair(certFile, keyFile, der, fresh)
}

func readAuthority(cert, secret []byte) (*x509.Certificate, crypto.Signer, error) {
	certBlock, _ := pem.Decode(cert)
	keyBlock, _ := pem.Decode(secret)
	if certBlock == nil || keyBlock == nil {
		return nil, nil, errors.New("不是 PEM 格式")
	}
	ca, err := x509.ParseCertificate(certBlock.Bytes)
	if err != nil {
		return nil, nil, err
	}
	key, err := x509.ParsePKCS8PrivateKey(keyBlock.Bytes)
	if err != nil {
		return nil, nil, err
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, nil, errors.New("私钥的种类不认识")
	}
	return ca, signer, nil
}

func serverCertificate(dir string, ca *x509.Certificate, caKey crypto.Signer, hosts []string, now time.Time) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{SerialNumber: serial(), Subject: pkix.Name{CommonName: hosts[0]}, NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(0, 0, serverDays),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	for _, h := range hosts {
		if ip := net.ParseIP(h); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, h)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, ca, key.Public(), caKey)
	if err != nil {
		return err
	}
	return writePair(filepath.Join(dir, "server.crt"), filepath.Join(dir, "server.key"), der, key)
}

func serial() *big.Int {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return new(big.Int).SetBytes(b)
}

// writePair writes a certificate for everybody and its key for the owner alone.
func writePair(certFile, keyFile string, der []byte, key crypto.Signer) error {
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600); err != nil {
		return fmt.Errorf("写不了 %s：%w", keyFile, err)
	}
	if err := os.WriteFile(certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644); err != nil { //nolint:gosec // a certificate is public
		return fmt.Errorf("写不了 %s：%w", certFile, err)
	}
	return nil
}
