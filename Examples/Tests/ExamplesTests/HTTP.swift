import Foundation

/// A client of HTTP on one connection to this machine, which can send a request in parts.
final class Connection {
  struct Answer {
    let status: Int
    let body: String
  }

  /// The error of the operating system's last call.
  struct Failure: Error {
    let call: String
    let reason = String(cString: strerror(errno))
  }

  private let socket: Int32

  /// Connects to a port of 127.0.0.1.
  init(port: UInt16) throws {
    socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard socket >= 0 else { throw Failure(call: "socket") }
    // No call waits for longer.
    var timeout = timeval(tv_sec: 30, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(socket, SOL_SOCKET, option, &timeout, size)
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else {
      let failure = Failure(call: "connect")
      close(socket)
      throw failure
    }
  }

  deinit { close(socket) }

  func send(_ bytes: some Collection<UInt8>) throws {
    var rest = Array(bytes)
    while !rest.isEmpty {
      let count = Foundation.send(socket, rest, rest.count, Int32(MSG_NOSIGNAL))
      guard count > 0 else { throw Failure(call: "send") }
      rest.removeFirst(count)
    }
  }

  /// Sends the head of a request; the server is to close the connection behind its answer.
  func sendHead(_ method: String, _ path: String, type: String? = nil, length: Int) throws {
    let lines = [
      "\(method) \(path) HTTP/1.1", "Host: 127.0.0.1", "Connection: close",
      "Content-Length: \(length)",
    ]
    let head = lines + (type.map { ["Content-Type: \($0)"] } ?? []) + ["", ""]
    try send(head.joined(separator: "\r\n").utf8)
  }

  /// Reads until the server closes the connection.
  func answer() throws -> Answer {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(socket, &buffer, buffer.count, 0)
      guard count >= 0 else { throw Failure(call: "recv") }
      guard count > 0 else { break }
      all += buffer[..<count]
    }
    let text = String(decoding: all, as: UTF8.self)
    let status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    let body = text.range(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? ""
    return Answer(status: status, body: body)
  }

  /// The answer to a request on a connection of its own.
  static func answer(
    _ port: UInt16, _ method: String, _ path: String, type: String? = nil, body: [UInt8] = []
  ) throws -> Answer {
    let connection = try Connection(port: port)
    try connection.sendHead(method, path, type: type, length: body.count)
    try connection.send(body)
    return try connection.answer()
  }
}
