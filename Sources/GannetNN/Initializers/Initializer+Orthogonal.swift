import GannetTensor

extension Initializer {
  /// A random matrix with orthonormal rows or columns, whichever are fewer, times `gain`: vectors keep
  /// their length on the way through a square one (Saxe et al., 2013).
  ///
  /// A weight with more than two axes is a matrix of its first axis by all others.
  public static func orthogonal(gain: Float = 1) -> Initializer {
    Initializer { shape, _, stream in
      guard shape.rank >= 2 else { failShape("orthogonal", shape, expected: "two axes or more") }
      let (rows, columns) = (shape[0], shape.dropFirst().reduce(1, *))
      let draws = Tensor(normal: [max(rows, columns), min(rows, columns)], using: &stream)
      guard let (q, r) = try? draws.qr() else { fail("orthogonal: no QR of \(shape)") }
      // QR leaves the signs of the columns open; those of r's diagonal make q uniform.
      let signs = (0..<r.shape[1]).map { r[$0].scalars[$0] < 0 ? -gain : gain }
      let scaled = q * Tensor(signs)
      return (rows < columns ? scaled.transposed() : scaled).reshaped(to: shape)
    }
  }
}
