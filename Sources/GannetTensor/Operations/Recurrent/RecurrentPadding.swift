extension RecurrentInput {
  /// The input with zeros, or token 0, after each sequence's end, so that NaNs or invalid tokens
  /// there are ignored; this input itself if all sequences have full length.
  func cleared(beyond lengths: IntTensor) -> RecurrentInput {
    let (steps, batch) = (sizes[0], sizes[1])
    guard lengths.scalars.contains(where: { $0 < steps }) else { return self }
    switch self {
    case .features(let x):
      let (source, size) = (x.contiguous(), x.shape[2])
      let result = Tensor(uninitialized: x.shape)
      let (from, to) = (source.pointer, result.pointer)
      ThreadPool.shared.forEach(chunks: steps) { time in
        for (row, length) in lengths.scalars.enumerated() {
          let place = (time * batch + row) * size
          if time < length {
            (to + place).update(from: from + place, count: size)
          } else {
            (to + place).update(repeating: 0, count: size)
          }
        }
      }
      return withExtendedLifetime((source.storage, result.storage)) { .features(result) }
    case .tokens(let tokens):
      let cleared = tokens.scalars.enumerated().map { place, token in
        place / batch < lengths.scalars[place % batch] ? token : 0
      }
      return .tokens(IntTensor(cleared, shape: tokens.shape))
    }
  }
}
