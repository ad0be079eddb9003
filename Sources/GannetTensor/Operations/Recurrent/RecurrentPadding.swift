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

extension Tensor {
  /// The states `[D, N, H]` with those of sequences of length 0 taken from `source`, zeros where nil:
  /// nothing reads them, so a NaN among them must reach no product.
  func replacingEmpty(_ lengths: IntTensor?, with source: Tensor? = nil) -> Tensor {
    guard let lengths, lengths.scalars.contains(0) else { return self }
    let (batch, units) = (shape[1], shape[2])
    let result = Tensor(uninitialized: shape)
    result.overwrite(with: self)
    let (target, source) = (result.pointer, source?.detached().contiguous())
    for place in 0..<shape[0] * batch where lengths.scalars[place % batch] == 0 {
      let row = target + place * units
      if let source {
        row.update(from: source.pointer + place * units, count: units)
      } else {
        row.update(repeating: 0, count: units)
      }
    }
    return withExtendedLifetime((source?.storage, result.storage)) { result }
  }
}
