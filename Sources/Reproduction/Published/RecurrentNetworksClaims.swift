// What the chapter "Recurrent Neural Networks" says in words, and the bounds that make it true.

extension [PublishedFigure] {
  package static var sequenceClaims: Self {
    [
      .claim("training error, descent beside the optimum", "descent comes near it", 1...1.4),
      .claim("error 1 ahead", "little above the noise of 0.04", 0.035...0.08),
      .claim("error 64 ahead", "errors build up", 0.1...2),
      .claim("size of the free run's last 100 values", "it decays to a constant", 0...0.75),
      .claim("latent: error 1 ahead", "little above the noise of 0.04", 0.035...0.08),
      .claim(
        "latent: error 1 ahead beside the Markov model's", "a summary of all holds more", 0...1),
      .claim("latent: error 64 ahead", "errors build up here too", 0.1...2),
      .claim(
        "latent: error 16 ahead beside the Markov model's", "a summary of all holds more", 0...1),
      .claim("latent: influence of the 8th value before", "the summary keeps it", 1e-3...1),
      .claim("influence of the 8th value before", "four values do not", 0...0),
    ]
  }

  package static var ngramClaims: Self {
    [
      .claim(
        "unigram, slope of ranks 10 to 1000", "frequency falls as a power of rank", -1.2 ... -0.8),
      .claim("bigram, slope of ranks 10 to 1000", "so does that of pairs, slower", -0.8 ... -0.4),
      .claim("trigram, slope of ranks 10 to 1000", "so does that of triples", -0.6 ... -0.2),
      .claim("held-out pairs never seen", "without smoothing they are impossible", 0.2...0.8),
      .claim("bigram, best perplexity beside the unigram's", "the word before helps", 0.2...0.9),
      .claim("unigram, ε=1e12, perplexity beside m", "P nears 1/m", 0.999...1.001),
      .claim(
        "bigram, ε=1e12, perplexity beside the unigram's", "P(x'|x) nears P(x')", 0.999...1.001),
    ]
  }

  package static var informationClaims: Self {
    [
      .claim("surprisal of z beside that of a space", "the rare surprise more", 2...10),
      .claim(
        "cross-entropy with a wrong belief beside the entropy", "least where the belief is right",
        1.05...2),
      .claim("entropy after 1 characters beside after 0", "context tells", 0.7...0.9),
      .claim("entropy after 2 characters beside after 1", "more context tells more", 0.6...0.95),
      .claim("entropy after 3 characters beside after 2", "and more", 0.6...0.95),
      .claim("entropy after 4 characters beside after 3", "and more", 0.6...0.95),
      .claim("the same after 1, text shuffled", "a random text stays as random", 0.98...1),
    ]
  }

  package static var rnnClaims: Self {
    [
      .claim(
        "product of concatenations against the sum of two", "they are the same", 0...1e-5),
      .claim(
        "first state against a perceptron's hidden layer", "without a past it is one", 0...1e-6),
      .claim(
        "steps 7 to 10 from the state of step 6 against all 10", "the state holds the past",
        0...1e-6),
      .claim("tokens against their one-hot vectors", "they are the same", 0...1e-6),
      .claim("machine: target of step 3 is h", "the sequence shifted by one", 1...1),
      .claim("machine: output 3 where steps 4 to 6 differ", "it depends on m, a, c alone", 0...0),
      .claim("machine: output 3 where step 1 differs", "and on each of them", 1e-4...10),
      .claim(
        "parameters used by 100 steps beside those by 10", "they do not grow with the steps",
        1...1),
      .claim(
        "a table of all runs of 4 characters beside an RNN's parameters",
        "n-grams grow exponentially", 100...1000),
    ]
  }

  package static var rnnScratchClaims: Self {
    [
      .claim("perplexity before training", "28 equally likely characters", 27.9...28.1),
      .claim("by hand against the library's layer", "they are the same", 0...1e-5),
    ]
  }

  package static var clippingClaims: Self {
    [
      .claim("a gradient twice too large: norm beside the radius", "it is cut", 0.9999...1.0001),
      .claim(
        "a gradient twice too large: cosine with the true one", "and keeps its direction",
        0.99999...1.00001),
      .claim("by hand against the library, in radii", "they are the same", 0...1e-5),
      .claim("a gradient within the ball: change", "a small one stays", 0...0),
      .claim(
        "rate 4, free: largest loss of progress", "large gradients undo it", 1...Double.infinity),
      .claim("rate 4, free: val_ppl beside clipped", "training fails", 1.2...Double.infinity),
      .claim("rate 4, clipped: val_ppl", "and clipped it does not", 5...9),
      .claim(
        "rate 4, clipped: share of steps clipped", "we do not always follow the true gradient",
        0.003...0.9),
      .claim(
        "rate 0.1, free: val_ppl beside rate 1, clipped", "tiny steps slow it down", 1.2...10),
    ]
  }

  package static var bpttClaims: Self {
    let (same, vanishes) = ("they are the same", "eigenvalues below 1 vanish")
    return [
      .claim("closed form against the recursion", same, 0...1e-12),
      .claim("closed form against the tape", same, 0...1e-5),
      .claim("gradient of the loss, closed form against the tape", same, 0...1e-5),
      .claim(
        "full sum of 400 steps: time beside the recursion's", "very slow", 10...Double.infinity),
      .claim("sum of the last 4 terms alone: error", "an approximation", 1e-4...0.6),
      .claim("sum of the last 16 terms alone: error", "the better the longer", 0...0.05),
      .claim("randomized sum: mean of ξ", "its expectation is 1", 0.99...1.01),
      .claim("randomized sum: error of the mean beside that of one", "and a's is a", 0...0.05),
      .claim("linear RNN, output weight: closed form against the tape", same, 0...1e-5),
      .claim("linear RNN, input weight: closed form against the tape", same, 0...1e-5),
      .claim("linear RNN, state weight: closed form against the tape", same, 0...1e-5),
      .claim("linear RNN, states: closed form against the tape", same, 0...1e-5),
      .claim("largest eigenvalue 0.9: growth of the gradient a step", vanishes, 0.8...0.9001),
      .claim("largest eigenvalue 1.0: growth of the gradient a step", "1 keeps", 0.95...1.0001),
      .claim(
        "largest eigenvalue 1.1: growth of the gradient a step", "those above 1 explode",
        1.05...1.1001),
      .claim(
        "untrained model: gradient 16 steps back beside the last, log10", "it vanishes", -20 ... -2),
      .claim(
        "trained model: gradient 16 steps back beside the last, log10", "it vanishes", -20 ... -0.3),
      .claim(
        "small weights: growth of a change of the first state, log10", "forgotten", -30 ... -5),
      .claim("large weights: growth of a change of the first state, log10", "a butterfly", 1...10),
    ] + truncationClaims
  }

  private static var truncationClaims: Self {
    [
      .claim("full: error of the gradient", "nothing is left out", 0...0),
      .claim("every 8 steps: error of the gradient", "an approximation", 0.01...1),
      .claim("4 to 12 steps: error of the gradient", "an approximation", 0.01...1),
      .claim("unbiased: error of the mean beside that of one", "right in expectation", 0...0.1),
      .claim("4 to 12 steps: error of the mean beside that of one", "this is not", 0.5...1),
      .claim("every 8 steps: gradient 8 steps back", "short-term influences alone", 0...0),
      .claim("every 8 steps: gradient 7 steps back", "within the segment", 1e-6...1e3),
      .claim("full: gradient 8 steps back", "long-term consequences", 1e-6...1e3),
      .claim("every 8 steps: val_ppl beside full", "it suffices in practice", 0.85...1.15),
      .claim("4 to 12 steps: val_ppl beside every 8", "random lengths give no edge", 0.93...1.07),
      .claim("unbiased: val_ppl beside full", "nor does the right expectation", 0.85...1.15),
    ]
  }
}
