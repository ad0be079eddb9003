"""Section "The Bahdanau Attention Mechanism" for eight seeds: final losses and the scores of four sentences.

Data and epochs of `seq2seq.py`, Adam 0.005. Arguments: the seeds, 0 to 7 by default.
"""

from peers.torch_models.bahdanau import Bahdanau
from references.transformer import report

RATE = 0.005

if __name__ == "__main__":
    report(Bahdanau, RATE)
