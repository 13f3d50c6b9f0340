#!/usr/bin/env python3
"""A small OpenAI-compatible /v1/embeddings server that computes real vectors, for tests.

usage: embedding_server.py DIRECTORY [PORT]

It listens on 127.0.0.1, on a free port unless one is named, which it writes to DIRECTORY/port, and appends a line
of JSON for each request to DIRECTORY/log: path, model, the texts and the Authorization header. What it does
otherwise than it should, it reads at each request from DIRECTORY/mode:

    (none)       vectors: hashed words and character trigrams, so that texts with common words are near each other
    dimension=N  vectors of N numbers instead of 256
    reversed     the list in the opposite order, which `index` puts right
    key=TEXT     401 unless the Authorization is "Bearer TEXT"
    status=N     that status, with an error as its body
    redirect     302 to itself
    slow=S       S seconds before each answer
    drip=S       a byte of the answer every S seconds
    broken, huge, ragged, infinite, words, short, repeated, nothing, cut
                 answers that cannot be used: no JSON, too much, vectors of two lengths, a number that is none,
                 words for numbers, a vector too few, an index twice, empty vectors, less than Content-Length
    limit=N      400 if a request has more than N texts
"""
import hashlib
import http.server
import json
import os
import sys
import time


def features(text):
    """The words of a text, each with a weight, and its trigrams, which weigh less."""
    words = "".join(c if c.isalnum() else " " for c in text.lower()).split()
    for word in words:
        yield "w:" + word, 1.0
    joined = " " + " ".join(words) + " "
    for i in range(len(joined) - 2):
        yield "t:" + joined[i : i + 3], 0.25


def embed(text, dimension):
    """A vector of hashed features, not normalised; all zeros for a text without letters and digits."""
    vector = [0.0] * dimension
    for feature, weight in features(text):
        digest = hashlib.blake2b(feature.encode(), digest_size=8).digest()
        place = int.from_bytes(digest[:4], "little") % dimension
        vector[place] += weight if digest[4] & 1 else -weight
    return vector


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def send(self, status, body, headers=(), length=None):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def mode(self):
        try:
            with open(os.path.join(self.server.directory, "mode"), encoding="utf-8") as file:
                name, _, value = file.read().strip().partition("=")
                return name, value
        except FileNotFoundError:
            return "", ""

    def note(self, question):
        entry = {
            "path": self.path,
            "model": question.get("model"),
            "input": question.get("input"),
            "authorization": self.headers.get("Authorization"),
        }
        with open(os.path.join(self.server.directory, "log"), "a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")

    def do_POST(self):
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.note(question)
        mode, value = self.mode()
        if mode == "slow":
            time.sleep(float(value))
        if mode == "key" and self.headers.get("Authorization") != "Bearer " + value:
            return self.send(401, b'{"error":{"message":"Incorrect API key provided"}}')
        if mode == "status":
            return self.send(int(value), b'{"error":{"message":"no"}}')
        if mode == "redirect":
            return self.send(302, b"", [("Location", self.path)])
        if self.path != "/v1/embeddings" or not isinstance(question.get("input"), list):
            return self.send(404, b'{"error":{"message":"not found"}}')
        if mode == "limit" and len(question["input"]) > int(value):
            return self.send(400, b'{"error":{"message":"too many"}}')
        data = self.answer(mode, value, question["input"])
        body = json.dumps({"object": "list", "data": data, "model": question.get("model")}).encode()
        self.spoil(mode, value, body)
        return None

    @staticmethod
    def answer(mode, value, texts):
        dimension = int(value) if mode == "dimension" else 256
        data = [
            {"object": "embedding", "index": i, "embedding": embed(text, dimension)}
            for i, text in enumerate(texts)
        ]
        if mode == "reversed":
            data.reverse()
        if mode == "ragged":
            data[-1]["embedding"].append(1.0)
        if mode == "words":
            data[-1]["embedding"][0] = "one"
        if mode == "nothing":
            for item in data:
                item["embedding"] = []
        if mode == "short":
            data.pop()
        if mode == "repeated":
            data[-1]["index"] = 0
        return data

    def spoil(self, mode, value, body):
        if mode == "broken":
            body = b"<html>It works!</html>"
        if mode == "infinite":
            body = body.replace(b"0.0", b"1e300", 1)
        if mode == "huge":
            body = b" " * (32 << 20)
        if mode == "cut":
            self.close_connection = True
            return self.send(200, body[: len(body) // 2], length=len(body))
        if mode == "drip":
            self.close_connection = True
            self.send(200, b"", length=len(body))
            for byte in body:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(float(value))
            return None
        return self.send(200, body)

    def handle(self):
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):
            pass  # who asked did not wait


def main():
    directory = sys.argv[1]
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    server.directory = directory
    with open(os.path.join(directory, "port.new"), "w", encoding="utf-8") as file:
        file.write(str(server.server_address[1]))
    os.rename(os.path.join(directory, "port.new"), os.path.join(directory, "port"))
    server.serve_forever()


if __name__ == "__main__":
    main()
