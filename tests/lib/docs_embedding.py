"""A server of embeddings for the documentation's tests: a text's vector counts its letters.

usage: docs_embedding.py FILE    writes its port into FILE
"""
import http.server
import json
import os
import sys


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        texts = request["input"]
        texts = [texts] if isinstance(texts, str) else texts
        data = [{"object": "embedding", "index": i,
                 "embedding": [float(text.lower().count(c)) for c in "abcdefghijklmnopqrstuvwxyz0123456789"]}
                for i, text in enumerate(texts)]
        body = json.dumps({"object": "list", "data": data, "model": request.get("model", ""),
                           "usage": {"prompt_tokens": 0, "total_tokens": 0}}).encode()
        self.send_response(200 if self.path == "/v1/embeddings" else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(sys.argv[1] + ".new", "w", encoding="ascii") as f:
    f.write(str(server.server_port))
os.rename(sys.argv[1] + ".new", sys.argv[1])
server.serve_forever()
