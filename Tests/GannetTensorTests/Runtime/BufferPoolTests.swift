import GannetTensor
import TestSupport
import Testing

@Suite struct BufferPoolTests {
  @Test func classesAreAtMostAnEighthApart() {
    for sizeClass in 0..<300 {
      let (size, next) = (BufferPool.size(of: sizeClass), BufferPool.size(of: sizeClass + 1))
      #expect(size.isMultiple(of: 64))
      #expect(next >= size)
      #expect(8 * next <= 9 * size + 8 * 64, "\(size), then \(next)")
    }
    let sizes = (0..<40).flatMap { power in [-1, 0, 1, 2, 17].map { (1 << power) + $0 } }
    for bytes in sizes + [0, 3 << 30, 5 << 28, 1_000_003] where bytes >= 0 {
      let sizeClass = BufferPool.sizeClass(for: bytes)
      #expect(BufferPool.size(of: sizeClass) >= bytes)
      #expect(8 * BufferPool.size(of: sizeClass) <= 9 * bytes + 8 * 64 + 64)
      #expect(sizeClass == 0 || BufferPool.size(of: sizeClass - 1) <= max(64, (bytes + 63) & ~63))
    }
  }

  @Test func buffersAreAlignedAndApart() {
    let storages = [0, 1, 15, 16, 17, 1_000, 100_001, 1 << 20, (1 << 20) + 1].map {
      Storage(count: $0)
    }
    for storage in storages {
      #expect(UInt(bitPattern: storage.pointer).isMultiple(of: 64))
      storage.pointer.update(repeating: Float(storage.count), count: storage.count)
    }
    for storage in storages {
      #expect((0..<storage.count).allSatisfy { storage.pointer[$0] == Float(storage.count) })
    }
  }

  // In processes of their own, since all tests share the pool.

  @Test func freedBuffersAreReused() async {
    await #expect(processExitsWith: .success) {
      func address(_ count: Int) -> UnsafeMutablePointer<Float> { Storage(count: count).pointer }
      let first = address(1_000)
      #expect(address(1_000) == first)
      #expect(address(1_020) == first, "of the same class")
      #expect(address(2_000) != first)
      let held = Storage(count: 1_000)
      #expect(held.pointer == first)
      #expect(address(1_000) != first, "in use")
      withExtendedLifetime(held) {}
    }
  }

  @Test func statisticsCountBytes() async {
    await #expect(processExitsWith: .success) {
      let before = BufferPool.statistics.liveBytes
      do {
        let x = Tensor(zeros: [1_000_000])
        let live = BufferPool.statistics.liveBytes - before
        #expect(live >= 4_000_000 && live <= 4_500_064)
        #expect(BufferPool.statistics.peakBytes >= before + live)
        let view = x.reshaped(to: [1_000, 1_000]).transposed()
        #expect(BufferPool.statistics.liveBytes == before + live, "views and copies cost nothing")
        _ = view
      }
      #expect(BufferPool.statistics.liveBytes == before)
      #expect(BufferPool.statistics.cachedBytes >= 4_000_000)
      #expect(BufferPool.statistics.peakBytes >= before + 4_000_000)
      BufferPool.resetPeak()
      #expect(BufferPool.statistics.peakBytes == before)
      BufferPool.removeAll()
      #expect(BufferPool.statistics.cachedBytes == 0)
    }
  }

  @Test func capacityIsKept() async {
    await #expect(processExitsWith: .success) {
      BufferPool.removeAll()
      BufferPool.capacity = 1 << 20
      do {
        let tensors = (0..<10).map { _ in Tensor(zeros: [1 << 16]) }  // 256 KB each
        _ = tensors.count
      }
      #expect(BufferPool.statistics.cachedBytes == 1 << 20)
      BufferPool.capacity = 1 << 19
      #expect(BufferPool.statistics.cachedBytes <= 1 << 19)
      BufferPool.capacity = 0
      _ = Tensor(zeros: [1 << 16]).scalars
      #expect(BufferPool.statistics.cachedBytes == 0)
      #expect(BufferPool.capacity == 0)
    }
  }

  @Test func anyThreadMayEnter() async {
    await #expect(processExitsWith: .success) {
      let before = BufferPool.statistics.liveBytes
      await withTaskGroup(of: Void.self) { group in
        for task in 0..<4 {
          group.addTask {
            var kept: [Storage] = []
            for round in 0..<5_000 {
              let storage = Storage(count: 1 + (round * 37 + task) % 3_000)
              storage.pointer.update(repeating: Float(task), count: storage.count)
              if kept.count < 20 { kept.append(storage) } else { kept[round % 20] = storage }
              if round % 1_000 == 0 { BufferPool.removeAll() }
              if let other = kept.last {
                #expect((0..<other.count).allSatisfy { other.pointer[$0] == Float(task) })
              }
            }
          }
        }
      }
      #expect(BufferPool.statistics.liveBytes == before)
    }
  }

  /// No result may depend on uninitialized memory.
  @Test func nothingReadsUninitializedMemory() async {
    await #expect(processExitsWith: .success) {
      func poison() {
        // Every class up to 4 MB, twice.
        let sizes = (0..<17).flatMap { power in (8..<16).map { ($0 << power) / 2 } }
        let buffers = (sizes + sizes).map { Tensor(repeating: .nan, shape: [$0]) }
        _ = buffers.count
      }
      for computation in SampleComputation.all {
        BufferPool.removeAll()
        let expected = computation.results()
        poison()
        for (result, wanted) in zip(computation.results(), expected) {
          #expect(result.scalars.allSatisfy { !$0.isNaN }, "\(computation.name)")
          expectIdentical(result, wanted, computation.name)
        }
      }
    }
  }
}
