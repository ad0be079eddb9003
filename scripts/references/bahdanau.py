"""Section "The Bahdanau Attention Mechanism" by PyTorch; see `translation.py`."""

from peers.torch_models.bahdanau import Bahdanau
from references.translation import report

if __name__ == "__main__":
    report(Bahdanau, rate=0.005)
