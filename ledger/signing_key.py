"""The key that signs checkpoints: in the instance folder, never in the database."""

from ledger import config
from ledger.config import SettingError, Settings
from ledger.core import checkpoint as checkpoints
from ledger.core.checkpoint import Checkpoint

SIGNING_KEY = "signing_key"


def signed_text(settings: Settings, checkpoint: Checkpoint, *, public_key: str) -> str:
    """Return the signed text of a checkpoint; the same statement always has the same text.

    Args:
        settings: say where the key is.
        checkpoint: what is stated.
        public_key: the one that the journal's first row names.

    Raises:
        SettingError: if the key is not there, can be read by others, or is another one or none.

    """
    if public_half(settings, checkpoint.ledger_id) != public_key:
        folder = config.keys_folder(settings, checkpoint.ledger_id)
        message = (
            f"The signing key in {folder} is not the one that the journal's first row names: "
            "restore the instance folder"
        )
        raise SettingError(message)
    private_key = config.load_private(settings, checkpoint.ledger_id, SIGNING_KEY)
    return checkpoints.sign(checkpoint, private_key)


def public_half(settings: Settings, ledger_id: str) -> str:
    """Return the public half of the signing key of this ledger.

    Raises:
        SettingError: if the key is not there, can be read by others, or is none.

    """
    private_key = config.load_private(settings, ledger_id, SIGNING_KEY)
    try:
        return checkpoints.public_half(private_key)
    except ValueError as not_a_key:
        path = config.keys_folder(settings, ledger_id) / SIGNING_KEY
        message = f"{path} does not hold a signing key: restore the instance folder"
        raise SettingError(message) from not_a_key
