"""Section "Sequence-to-Sequence Learning" by PyTorch; see `translation.py`."""

from peers.torch_models.translation import Seq2Seq
from references.translation import report

if __name__ == "__main__":
    report(Seq2Seq, rate=0.005)
