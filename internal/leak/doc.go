// Package leak looks for personal numbers in what is to be released: identity
// numbers, mobile and landline telephones, bank cards; in plain text, in every part
// of DOCX and XLSX files (headers, comments, deleted and hidden text, hidden
// sheets, numbers stored as numbers) and in the text of PDF files. It says where
// each stands and shows it masked; and it says what it could not read: pictures,
// scanned pages, encrypted files.
//
// It decides nothing: a person looks at each finding and answers for the release.
// It knows no names and no addresses, keeps nothing, and is pure.
package leak
