import Foundation
import Gannet

/// The data of the probe, the same in each process.
enum ProbeData {
  private static func numbers(_ shape: Shape, seed: UInt64) -> Tensor {
    var stream = RandomStream(seed: seed)
    return Tensor(uniform: shape, low: -1, high: 1, using: &stream)
  }

  /// Classes of which the features' first numbers tell.
  private static func labels(_ x: Tensor) -> IntTensor {
    let size = x.count / x.shape[0]
    let scalars = x.scalars
    return IntTensor((0..<x.shape[0]).map { Int32((scalars[$0 * size] + 1) * 2) })
  }

  static func features(_ count: Int, size: Int) -> TensorDataset<Tensor, IntTensor> {
    let x = numbers([count, size], seed: 1)
    return TensorDataset(features: x, labels: labels(x))
  }

  static func images(_ count: Int) -> TensorDataset<Tensor, IntTensor> {
    let x = numbers([count, 1, 28, 28], seed: 2)
    return TensorDataset(features: x, labels: labels(x))
  }

  static func windows(_ count: Int) -> TokenWindows {
    TokenWindows((0..<count).map { $0 * $0 % 11 }, steps: 5)
  }

  /// A hash of all names and bits.
  static func hash(_ state: StateDictionary) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for name in state.keys.sorted() {
      for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      for scalar in state[name]!.scalars {
        hash = (hash ^ UInt64(scalar.bitPattern)) &* 0x100_0000_01b3
      }
    }
    return String(hash, radix: 16)
  }
}
