import Foundation
import GannetData
import GannetTensor
import Testing

/// The number of damaged files for each format; `GANNET_FUZZ_CASES` is the total, 5,000 by default.
private let caseCount: Int = {
  let formats = 20
  let total = ProcessInfo.processInfo.environment["GANNET_FUZZ_CASES"].flatMap(Int.init) ?? 5_000
  return (total + formats - 1) / formats
}()

/// Reads `sound` files and then damaged copies, in the process of an exit test: each is either read
/// or rejected by a `FileError`, without memory out of proportion.
///
/// - Parameters:
///   - name: The name that the files get.
///   - sound: Files that can be read.
///   - seal: Repairs checksums and the like; it is applied to half of the damaged copies, so that
///     the reader gets beyond them.
package func fuzz(
  _ name: String, _ sound: [[UInt8]], seal: ([UInt8]) -> [UInt8] = { $0 },
  read: (URL) throws -> Void
) throws {
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
      ? seal(bytes.mutated(using: &stream)) : seal(bytes).mutated(using: &stream)
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
