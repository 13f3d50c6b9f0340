"""A Label Studio that knows snapshot exports: creating one, its status, its download.

usage: labelstudio_server.py DIRECTORY EXPORT KEY
DIRECTORY/port says where it listens, DIRECTORY/asked has a line for each request. It refuses
what Label Studio would not understand, and keeps who asks waiting for one status.
"""
import http.server
import json
import sys

directory, export, key = sys.argv[1:]
OPTIONS = {
    "predictions": {"only_id": False},
    "drafts": {"only_id": True},
    "annotations__completed_by": {"only_id": False},
}
asked_for_status = 0


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, status, body):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def handle_one(self):
        global asked_for_status
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with open(directory + "/asked", "a") as f:
            f.write(f"{self.command} {self.path}\n")
        if self.headers.get("Authorization") != "Token " + key:
            return self.answer(401, {"detail": "Invalid token."})
        if (self.command, self.path) == ("POST", "/api/projects/12/exports/"):
            wanted = json.loads(body)
            if self.headers.get("Content-Type") != "application/json" or wanted["serialization_options"] != OPTIONS:
                return self.answer(400, {"detail": "Validation error"})
            return self.answer(201, {"id": 7, "status": "created"})
        if self.path == "/api/projects/12/exports/7":
            asked_for_status += 1
            return self.answer(200, {"id": 7, "status": "completed" if asked_for_status > 1 else "in_progress"})
        if self.path == "/api/projects/12/exports/7/download?exportType=JSON" and asked_for_status > 1:
            with open(export, "rb") as f:
                return self.answer(200, f.read())
        return self.answer(404, b"<h1>Not Found</h1>")

    do_GET = do_POST = handle_one

    def log_message(self, *args):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
with open(directory + "/port", "w") as f:
    f.write(str(server.server_address[1]))
server.serve_forever()
