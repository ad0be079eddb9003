import GannetTensor

extension SentencePairs {
  /// The distinct sources in the order of their first pairs, each with all its translations.
  public var translationsBySource: [(source: [String], targets: [[String]])] {
    var places: [ExactKey<[String]>: Int] = [:]
    var result: [(source: [String], targets: [[String]])] = []
    for (source, target) in zip(sources, targets) {
      let place = places[ExactKey(source)]
      if let place {
        result[place].targets.append(target)
      } else {
        places[ExactKey(source)] = result.count
        result.append((source, [target]))
      }
    }
    return result
  }

  /// Splits into pairs to train and pairs held out, those of every `interval`-th distinct source with
  /// all its translations, so that no source is in both.
  ///
  /// Stops where `interval` is below 2.
  public func split(
    holdingOut interval: Int
  ) -> (training: SentencePairs, heldOut: SentencePairs) {
    guard interval > 1 else { fail("SentencePairs.split: interval \(interval), expected from 2") }
    func pairs(_ isHeld: Bool) -> SentencePairs {
      let chosen = translationsBySource.enumerated().filter {
        ($0.offset % interval == interval - 1) == isHeld
      }
      return SentencePairs(
        sources: chosen.flatMap {
          [[String]](repeating: $0.element.source, count: $0.element.targets.count)
        },
        targets: chosen.flatMap(\.element.targets))
    }
    return (pairs(false), pairs(true))
  }
}
