import Foundation
import GannetData
import TestSupport
import Testing

struct TextFileTests {
  @Test func bytesThatAreNoTextAreRefusedByName() throws {
    let folder = try TemporaryFolder()
    let sound = try folder.write(Array("é\n".utf8), "sound.txt")
    #expect(try String(textOf: sound) == "é\n")
    let bad = try folder.write([0x61, 0xff], "bad.txt")
    let error = #expect(throws: FileError.self) { try String(textOf: bad) }
    #expect(error?.kind == .unsupported)
    #expect(error?.description.contains("bad.txt: the bytes are not UTF-8") == true)
  }

  @Test func aDamagedTimeMachineIsRefused() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write(Array("The Time Machine".utf8), "timemachine.txt")
    let error = #expect(throws: FileError.self) {
      try TimeMachine(directory: folder.file("timemachine.txt").deletingLastPathComponent())
    }
    #expect(error?.description.contains("sha1sum") == true)
  }

  /// Without the file and the network: an error, or a substitute if allowed.
  @Test func aMissingTimeMachineIsReplacedOnRequestAlone() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      for (name, value) in [
        ("GANNET_DATA", folder.url.path), ("XDG_CACHE_HOME", folder.url.path),
        ("https_proxy", "http://127.0.0.1:9"),
      ] { setenv(name, value, 1) }
      let file = URL(fileURLWithPath: "timemachine.txt")
      expectFileError(.missing, file, "the download failed", "GANNET_DATA") {
        _ = try TimeMachine()
      }
      guard FileManager.default.fileExists(atPath: "/usr/share/common-licenses/GPL-3") else {
        return
      }
      let other = try TimeMachine(allowsSubstitute: true)
      #expect(other.fallback?.contains("The Time Machine is missing") == true)
      setenv("GANNET_DATA", folder.file("absent").path, 1)
      expectFileError(.missing, folder.file("absent"), "GANNET_DATA") {
        _ = try TimeMachine(allowsSubstitute: true)
      }
    }
  }

  /// The counts of the book's section 9.2.
  @Test func theTimeMachineHasTheBooksCounts() throws {
    guard let book = try? TimeMachine(), book.fallback == nil else { return }
    let text = book.text.lettersAndSpaces
    let characters = Tokenizer.characters(text)
    let vocabulary = Vocabulary(characters)
    #expect(characters.count == 173_428 && vocabulary.count == 28)
    #expect(
      vocabulary.indices(of: characters.prefix(10)) == [21, 9, 6, 0, 21, 10, 14, 6, 0, 14])
    let words = Tokenizer.words(text)
    #expect(words.count == 32_775)
    #expect((1...3).map { NGrams(words, order: $0).counts.count } == [4_579, 20_234, 29_882])
  }
}
