// What the chapter "Recurrent Neural Networks" says in words, and the bounds that make it true.

extension [PublishedFigure] {
  package static var sequenceClaims: Self {
    [
      .claim("training error, descent beside the optimum", "descent comes near it", 1...1.4),
      .claim("error 1 ahead", "little above the noise of 0.04", 0.035...0.08),
      .claim("error 64 ahead", "errors build up", 0.1...2),
      .claim("size of the free run's last 100 values", "it decays to a constant", 0...0.75),
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
}
