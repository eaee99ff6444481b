"""A real SMTP server for the mail tests: STARTTLS and a password are required; each mail taken becomes a line of JSON on standard output.

Arguments: certificate, key, user, password, and how many mails to refuse for now first.
"""
import email, email.policy, json, ssl, sys, threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

certificate, key, user, password, refusals = sys.argv[1:]
left = int(refusals)


class Handler:
    async def handle_DATA(self, server, session, envelope):
        global left
        if left > 0:
            left -= 1
            print(json.dumps({"refused": True}), flush=True)
            return "451 Try again later"
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        print(json.dumps({
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "subject": message["Subject"], "text": message.get_content(),
            "id": message["Message-ID"], "tls": session.ssl is not None, "authenticated": session.authenticated}), flush=True)
        return "250 Taken"


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and data.login == user.encode() and data.password == password.encode()
    return AuthResult(success=good)


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)


class Server(Controller):
    def factory(self):
        return SMTP(self.handler, tls_context=context, require_starttls=True, auth_required=True, authenticator=authenticate)

    def _trigger_server(self):
        # The first connection, which start() waits for, has to go to the port that was given, not to 0.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


controller = Server(Handler(), hostname="127.0.0.1", port=0)
controller.start()
print(json.dumps({"port": controller.port}), flush=True)
threading.Event().wait()
