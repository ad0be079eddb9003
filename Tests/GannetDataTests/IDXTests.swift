import Foundation
import GannetData
import TestSupport
import Testing

struct IDXTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func plainAndCompressed() throws {
    let bytes = (0..<24).map { UInt8($0 * 10) }
    let file = idx([4, 3, 2], bytes)
    for content in [file, gzip(file)] {
      let array = try IDX(contentsOf: folder.write(content, "a"), rank: 3)
      #expect(array.shape == [4, 3, 2])
      #expect(array.bytes == bytes)
    }
  }

  @Test func empty() throws {
    let array = try IDX(contentsOf: folder.write(idx([0, 28, 28], []), "a"), rank: 3)
    #expect(array.shape == [0, 28, 28])
    #expect(array.bytes.isEmpty)
  }

  @Test(arguments: [0, 1, 3, 4, 7, 15, 16, 39])
  func truncated(length: Int) throws {
    let file = Array(idx([4, 3, 2], .init(repeating: 1, count: 24)).prefix(length))
    for content in [file, gzip(file)] {
      let url = try folder.write(content, "cut")
      expectFileError(.truncated, url) { _ = try IDX(contentsOf: url, rank: 3) }
    }
  }

  @Test func oversized() throws {
    let file = idx([3], [1, 2, 3]) + [4]
    for content in [file, gzip(file)] {
      let url = try folder.write(content, "long")
      expectFileError(.tooLarge, url, "longer than its header declares") {
        _ = try IDX(contentsOf: url, rank: 1)
      }
    }
  }

  /// 4 GB declared in 20 bytes: rejected before anything of that size is allocated.
  @Test func declaredSizeBeyondTheFile() throws {
    let file = idx([1 << 31, 2], []) + [1, 2, 3, 4]
    for content in [file, gzip(file)] {
      let url = try folder.write(content, "bomb")
      expectFileError(.truncated, url, "4294967296 bytes") {
        _ = try IDX(contentsOf: url, rank: 2)
      }
    }
  }

  @Test func impossibleShape() throws {
    let url = try folder.write(idx([1 << 31, 1 << 31, 1 << 31], []), "huge")
    expectFileError(.corrupt, url, "impossible") { _ = try IDX(contentsOf: url, rank: 3) }
  }

  @Test(arguments: [
    (0, 1, "not an IDX file"), (1, 1, "not an IDX file"), (2, 13, "IDX type 13"), (3, 2, "2 axes"),
  ])
  func wrongHeader(index: Int, value: UInt8, words: String) throws {
    var file = idx([3], [1, 2, 3])
    file[index] = value
    let url = try folder.write(file, "wrong")
    expectFileError(.unsupported, url, words) { _ = try IDX(contentsOf: url, rank: 1) }
  }
}
