"""Section "The Transformer Architecture" by PyTorch; see `translation.py`.

Other than in the book, the decoder is causal in validation, and positions count from the beginning in
translation.
"""

from peers.torch_models.attention import transformer
from references.translation import report

if __name__ == "__main__":
    report(transformer, rate=0.001)
