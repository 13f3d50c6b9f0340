/*
 * The one file that sees OpenSSL's libcrypto. It is the one that libcurl brings along
 * anyway, and this interface of it has been the same since 1.1; Nettle's has changed with
 * version 4.
 */
#include "base/sha256.h"

#include <openssl/evp.h>

/* One context for all: finding the algorithm takes longer than a short text. */
static EVP_MD_CTX *context;

/* Begins a digest. */
static bool
begin(void)
{
	if (context != NULL)
		return EVP_DigestInit_ex(context, NULL, NULL) == 1;
	context = EVP_MD_CTX_new();
	if (context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1)
		return true;
	EVP_MD_CTX_free(context);
	context = NULL;
	return false;
}

enum err
sha256(const struct str *pieces, size_t n, unsigned char r[static SHA256_BYTES])
{
	unsigned char digest[SHA256_BYTES];
	bool done = begin();

	for (size_t i = 0; done && i < n; i++)
		done = EVP_DigestUpdate(context, pieces[i].s, pieces[i].n) == 1;
	done = done && EVP_DigestFinal_ex(context, digest, NULL) == 1;
	if (!done)
		return ERR_MEMORY;
	for (size_t i = 0; i < SHA256_BYTES; i++)
		r[i] = digest[i];
	return ERR_OK;
}

void
sha256_hex(const unsigned char digest[static SHA256_BYTES], char out[static SHA256_HEX])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < SHA256_BYTES; i++) {
		out[2 * i] = digits[digest[i] >> 4];
		out[2 * i + 1] = digits[digest[i] & 15];
	}
	out[SHA256_HEX - 1] = '\0';
}
