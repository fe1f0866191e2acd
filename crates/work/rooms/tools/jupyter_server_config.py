"""JupyterLab in a project room: reached by one Unix socket, downloads closed, nothing fetched."""

import os

from jupyter_server.base.handlers import JupyterHandler
from tornado import web


class NoDownloads(JupyterHandler):
    """Instead of the handler of /files/: results leave through the airlock only."""

    def get(self, *_):
        raise web.HTTPError(403, "Results leave the room through the airlock only.")

    head = get


c = get_config()  # noqa: F821
c.ServerApp.sock = "/run/varde/jupyter.sock"
c.ServerApp.sock_mode = "0600"
c.ServerApp.base_url = os.environ["VARDE_BASE_URL"]
c.ServerApp.root_dir = "/work"
c.ServerApp.open_browser = False
c.ServerApp.allow_remote_access = True
c.ServerApp.quit_button = False
# Who comes in is settled by the gateway, which is the socket's only other end.
c.IdentityProvider.token = ""
c.PasswordIdentityProvider.hashed_password = ""
c.PasswordIdentityProvider.allow_password_change = False
c.ContentsManager.files_handler_class = NoDownloads
c.FileContentsManager.delete_to_trash = False
# Kernels talk over Unix sockets: the room has no network interfaces to look up.
c.KernelManager.transport = "ipc"
c.MappingKernelManager.cull_idle_timeout = 3600
c.LabApp.extension_manager = "readonly"
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.news_url = None
c.LabServerApp.collaborative = False
# Output cannot be selected: see custom.css.
c.LabApp.custom_css = True
