"""Serves a project's actions on 127.0.0.1 with the SDK of the Python that runs this file.

    python action_launcher.py (rasa_sdk | rasa_core_sdk) MODULE PORT PARENT

Run as a file, in the project's folder, by any Python that has the SDK: nothing of trainer_tui is imported, and the
syntax is that of Python 3.5 (so no __future__ annotations), for environments of 2018. It ends with the process PARENT
that started it, even if that is killed, and was before this file was run; so do the workers of older rasa_sdk, which
import this file anew as `__mp_main__`.
"""

import os
import signal
import sys
import threading
import time


def serve(sdk: str, module: str, port: int) -> None:
    if sdk == "rasa_sdk":
        # The only way to tell rasa_sdk not to listen on every interface.
        os.environ["SANIC_HOST"] = "127.0.0.1"
        from rasa_sdk.__main__ import main

        serve_in_one_process()
        sys.argv = ["rasa_sdk", "--actions", module, "--port", str(port)]
        main()
        return
    import logging

    from gevent.pywsgi import WSGIServer
    from rasa_core_sdk.endpoint import endpoint_app

    logging.basicConfig(level=logging.INFO)
    server = WSGIServer(("127.0.0.1", port), endpoint_app(action_package_name=module), log=None)
    sys.stderr.write("actions of %s are served on 127.0.0.1:%d\n" % (module, port))
    sys.stderr.flush()
    server.serve_forever()


def serve_in_one_process() -> None:
    """rasa_sdk of today (3.21) has Sanic pickle the actions for a worker, which those that hold a lock or a connection
    do not survive. One process serves as well, and takes half of the memory."""
    from sanic import Sanic

    if hasattr(Sanic, "serve_single"):
        Sanic.serve = staticmethod(lambda primary=None, **_: Sanic.serve_single(primary))  # type: ignore[method-assign]


def end_with_parent(parent: int) -> None:
    """Ends this process group as soon as the process that started it is gone."""
    while os.getppid() == parent:
        time.sleep(1)
    os.killpg(0, signal.SIGKILL)


if __name__ in ("__main__", "__mp_main__"):
    starter = int(sys.argv[4]) if __name__ == "__main__" else os.getppid()
    watch = threading.Thread(target=end_with_parent, args=(starter,))
    watch.daemon = True
    watch.start()

if __name__ == "__main__":
    # This file's own folder is no place to look for the project's modules.
    sys.path[0] = os.getcwd()
    serve(sys.argv[1], sys.argv[2], int(sys.argv[3]))
