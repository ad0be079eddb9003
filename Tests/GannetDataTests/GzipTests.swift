import Foundation
import GannetData
import GannetTensor
import TestSupport
import Testing

struct GzipTests {
  let folder: TemporaryFolder
  /// Five random bits in each byte, so that it compresses to somewhat more than half.
  let content: [UInt8] = {
    var stream = RandomStream(seed: 1)
    return (0..<100_000).map { _ in UInt8.random(in: 0..<32, using: &stream) }
  }()

  init() throws { folder = try TemporaryFolder() }

  private func decompress(_ url: URL, maximumSize: Int = 1 << 20) throws -> [UInt8] {
    try Gzip.decompress(contentsOf: url, maximumSize: maximumSize)
  }

  @Test func roundTrip() throws {
    for bytes in [[], [7], content] {
      #expect(try decompress(folder.write(gzip(bytes), "a.gz")) == bytes)
    }
  }

  @Test func severalMembers() throws {
    let url = try folder.write(gzip(content) + gzip([]) + gzip([1, 2, 3]), "a.gz")
    #expect(try decompress(url) == content + [1, 2, 3])
  }

  /// A file written by gzip(1), with a name in its header.
  @Test func systemProgram() throws {
    let url = try folder.write(content, "content")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-1", url.path]
    try process.run()
    process.waitUntilExit()
    #expect(try decompress(folder.file("content.gz")) == content)
  }

  @Test func contentUpToTheLimit() throws {
    let url = try folder.write(gzip(content), "a.gz")
    #expect(try decompress(url, maximumSize: content.count) == content)
    expectFileError(.tooLarge, url, "\(content.count - 1) bytes") {
      _ = try decompress(url, maximumSize: content.count - 1)
    }
  }

  @Test(arguments: [2, 9, 10, 11, 5_000, 8, 1])
  func truncated(missing: Int) throws {
    let url = try folder.write(gzip(content).dropLast(missing), "cut.gz")
    expectFileError(.truncated, url, "ends too early", "again") { _ = try decompress(url) }
  }

  @Test func flippedBits() throws {
    let small = Array(content.prefix(2_000))
    let sound = gzip(small)
    // The header's ten bytes are the magic number and fields that decompression does not need.
    for index in 10..<sound.count {
      var bytes = sound
      bytes[index] ^= 1 << UInt8(index % 8)
      let url = try folder.write(bytes, "flipped.gz")
      do {
        // Some bits between the data and the checksum have no meaning.
        #expect(try decompress(url) == small, "byte \(index)")
        #expect(index == sound.count - 9)
      } catch is FileError {}
    }
  }

  @Test func wrongChecksum() throws {
    var bytes = gzip(content)
    bytes[bytes.count - 8] ^= 1
    let url = try folder.write(bytes, "crc.gz")
    expectFileError(.corrupt, url, "incorrect data check") { _ = try decompress(url) }
  }

  @Test func trailingGarbage() throws {
    let url = try folder.write(gzip(content) + Array("garbage".utf8), "tail.gz")
    expectFileError(.corrupt, url, "not gzip follow") { _ = try decompress(url) }
  }

  /// gzip(1) takes zeros at the end, as tapes add them, for padding.
  @Test(arguments: [1, 511, 200_000])
  func padding(count: Int) throws {
    let zeros = [UInt8](repeating: 0, count: count)
    #expect(try decompress(folder.write(gzip(content) + zeros, "a.gz")) == content)
    let members = gzip(content) + gzip([1]) + zeros
    #expect(try decompress(folder.write(members, "a.gz")) == content + [1])
    for tail in [[1], Array("text".utf8), gzip([1])] {
      let url = try folder.write(gzip(content) + zeros + tail, "tail.gz")
      expectFileError(.corrupt, url, "not gzip follow") { _ = try decompress(url) }
    }
  }

  @Test func emptyFile() throws {
    let url = try folder.write([UInt8](), "empty.gz")
    expectFileError(.truncated, url, "an empty file, where a gzip file") { _ = try decompress(url) }
  }

  @Test(arguments: [[0x1f], Array("text".utf8)])
  func notGzip(bytes: [UInt8]) throws {
    let url = try folder.write(bytes, "plain.gz")
    expectFileError(.unsupported, url, "not a gzip file") { _ = try decompress(url) }
  }

  @Test func missingFileAndFolder() throws {
    expectFileError(.missing, folder.file("none.gz"), "No such file") {
      _ = try decompress(folder.file("none.gz"))
    }
    expectFileError(.unreadable, folder.url, "not a regular file") {
      _ = try decompress(folder.url)
    }
    // A pipe without a writer must not block.
    #expect(mkfifo(folder.file("pipe").path, 0o600) == 0)
    expectFileError(.unreadable, folder.file("pipe"), "not a regular file") {
      _ = try decompress(folder.file("pipe"))
    }
  }
}
