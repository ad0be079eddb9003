import Foundation
import GannetData
import GannetTensor
import Testing

/// The number of damaged files of a test: `GANNET_FUZZ_CASES`, 5,000 by default.
private let totalCount =
  ProcessInfo.processInfo.environment["GANNET_FUZZ_CASES"].flatMap(Int.init) ?? 5_000

/// Reads `sound` files and then damaged copies, in the process of an exit test: each is either read
/// or rejected by a `FileError`, without memory out of proportion.
///
/// - Parameters:
///   - name: The name that the files get.
///   - sound: Files that can be read.
///   - formats: The number of formats that share the damaged files; 20 by default.
///   - seal: Repairs checksums and the like; it is applied to half of the damaged copies, so that
///     the reader gets beyond them.
///   - mutate: Damages a file; in any of its bytes by default.
package func fuzz(
  _ name: String, _ sound: [[UInt8]], formats: Int = 20, seal: ([UInt8]) -> [UInt8] = { $0 },
  mutate: ([UInt8], inout RandomStream) -> [UInt8] = { $0.mutated(using: &$1) },
  read: (URL) throws -> Void
) throws {
  let caseCount = (totalCount + formats - 1) / formats
  let folder = try TemporaryFolder()
  for bytes in sound { try read(folder.write(seal(bytes), name)) }

  BufferPool.capacity = 0
  try limitMemory(to: 128 << 20)
  var stream = RandomStream(seed: 20_26)
  var refused = 0
  for number in 0..<caseCount {
    let bytes = sound.randomElement(using: &stream)!
    let damaged =
      Bool.random(using: &stream)
      ? seal(mutate(bytes, &stream)) : mutate(seal(bytes), &stream)
    let url = try folder.write(damaged, name)
    do {
      try read(url)
    } catch let error as FileError {
      #expect(error.description.contains(name), "case \(number)")
      refused += 1
    } catch {
      Issue.record(error, "case \(number) of \(name): \(damaged)")
    }
  }
  #expect(refused > caseCount / 10)
}

/// Limits the process to `bytes` more memory than it has.
private func limitMemory(to bytes: UInt) throws {
  guard !Sanitizers.isActive else { return }  // its own memory is beyond any limit
  #if os(Linux)
  let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
  let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmData:") })
  let kilobytes = try #require(UInt(line.filter(\.isNumber)))
  let limit = kilobytes << 10 + bytes
  var data = rlimit(rlim_cur: limit, rlim_max: limit)
  try #require(setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &data) == 0)
  #endif
}
