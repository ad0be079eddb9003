#if MPI
import CGannetMPI
import Foundation
import GannetTensor
import GannetTraining

/// All processes that `mpirun` has started, each a rank of a training on one machine or many.
///
///     let world = try World()
///     let trainer = Trainer(
///       model, optimizer: Adam(model.parameters), loss: .classification, distribution: world)
///     try trainer.fit(training, validation: validation, epochs: 10)
///
/// `GradientAverage` is for a loop of your own.
///
/// `scripts/distributed -n 4 PROGRAM` starts four ranks; a program that is started alone is the only
/// one. A process that ends without an error waits for the others.
public final class World: Distribution {
  public let rank: Int
  public let rankCount: Int
  /// Eight where the number of ranks divides it, so that 1, 2, 4 and 8 ranks have the same bits.
  /// For other numbers one part a rank, whose bits are those of no other number of ranks.
  public let partCount: Int
  private let communicator: Communicator

  /// Joins the other ranks; a further `World` of the process is the same one.
  ///
  /// The ranks on a machine share its processors: unless they are bound to some, or
  /// `GANNET_NUM_THREADS` is set, each computes on its share of the threads.
  ///
  /// Where a rank is missing in an operation, the others name it, and all end with a status other
  /// than 0.
  ///
  /// - Parameters:
  ///   - timeout: The time for which a rank waits for others that do not answer, since they have
  ///     ended, hang, or cannot be reached; by default `GANNET_TIMEOUT` in seconds, or 300.
  ///   - patience: The time for which it waits for others that answer, but are at work elsewhere,
  ///     as rank 0 that writes files for all; by default `GANNET_PATIENCE` in seconds, or 3,600.
  /// - Throws: ``MPIError`` where the installed MPI cannot be called from a thread of its own.
  public init(timeout: Duration? = nil, patience: Duration? = nil) throws {
    communicator = try Communicator.shared.get()
    rank = communicator.rank
    rankCount = communicator.rankCount
    partCount = 8 % rankCount == 0 ? 8 : rankCount
    if let timeout { communicator.limits.timeout = timeout }
    if let patience { communicator.limits.patience = patience }
  }

  public func allGather(_ values: [Double], for purpose: String) -> [Double] {
    guard rankCount > 1, !values.isEmpty else { return values }
    return [Double](unsafeUninitializedCapacity: values.count * rankCount) { all, count in
      let target = all.baseAddress!
      count = values.count * rankCount
      communicator.perform(purpose) { wait in
        values.withUnsafeBufferPointer {
          gannet_mpi_begin_collect($0.baseAddress, values.count, target)
          wait()
        }
      }
    }
  }

  public func broadcast(
    _ bytes: UnsafeMutableRawBufferPointer, from root: Int, for purpose: String
  ) {
    guard rankCount > 1, !bytes.isEmpty else { return }
    communicator.perform(purpose) { wait in
      // MPI counts in 32 bits.
      for start in stride(from: 0, to: bytes.count, by: 1 << 30) {
        gannet_mpi_begin_broadcast(
          bytes.baseAddress! + start, min(bytes.count - start, 1 << 30), Int32(root))
        wait()
      }
    }
  }

  public func beginAllReduce(_ values: UnsafeMutableBufferPointer<Float>, for purpose: String) {
    guard rankCount > 1, !values.isEmpty else { return }
    communicator.begin(purpose, isLarge: values.count > Self.smallCount) { wait in
      let scratch = Storage(count: gannet_mpi_sum_scratch(values.count))
      // MPI writes to it until the wait has ended.
      withExtendedLifetime(scratch) {
        gannet_mpi_begin_sum(values.baseAddress, values.count, scratch.pointer)
        wait()
      }
    }
  }

  /// The most numbers whose sum takes no longer than to wake the communicator's thread for it.
  private static let smallCount = 1 << 14

  public func finishAllReduces() { communicator.finish() }

  public func allGather(
    _ values: UnsafeMutableBufferPointer<Float>, counts: [Int], for purpose: String
  ) {
    guard rankCount > 1, !values.isEmpty else { return }
    guard values.count <= Int32.max else {
      fail("World: \(purpose) has \(values.count) numbers; MPI counts in 32 bits")
    }
    communicator.perform(purpose) { wait in
      gannet_mpi_begin_gather(values.baseAddress, counts)
      wait()
    }
  }
}

/// An error of the installed MPI.
public enum MPIError: Error, CustomStringConvertible {
  /// MPI does not allow calls from a thread other than the main one.
  case noThreads

  public var description: String {
    "this MPI cannot be called from a thread of its own (MPI_THREAD_SERIALIZED); install Open MPI"
  }
}
#else
@available(
  *, unavailable, message: "enable the trait MPI: .package(..., traits: [\"MPI\"])"
)
public final class World {}
#endif
