import Foundation
import WebClient
import Texts

/// Why there are no credentials, and what to do.
struct CredentialFault: Error, Equatable {
    var message: String
    /// Whether another try may find them.
    var isTransient = false
}

/// Where credentials come from. Of several places that are set the first one counts.
enum CredentialSource: Equatable {
    case file(path: String, forbids: UInt32)
    case environment(S3Credentials)
    case webIdentity(WebIdentity)
    case container(ContainerCredentials)
    case instance(address: String)

    /// A role that a token of another issuer may take, as EKS and others give it.
    struct WebIdentity: Equatable {
        var tokenFile: String
        var role: String
        var session: String
        var address: String
    }

    /// The agent of a container, as ECS and EKS Pod Identity have it.
    struct ContainerCredentials: Equatable {
        var address: String
        var tokenFile: String?
        var token: String?
    }

    /// The first place that is set.
    static func chosen(_ settings: S3Settings, _ environment: S3Environment) throws(CredentialFault) -> Self {
        let variables = environment.variables.filter { !$0.value.isEmpty }
        if let path = settings.credentialsFile { return .file(path: path, forbids: settings.credentialsFileForbids) }
        if let id = variables["AWS_ACCESS_KEY_ID"] {
            guard let secret = variables["AWS_SECRET_ACCESS_KEY"] else {
                throw CredentialFault(message: "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not.")
            }
            return .environment(
                S3Credentials(
                    accessKeyID: id, secretAccessKey: secret, sessionToken: variables["AWS_SESSION_TOKEN"]))
        }
        if let tokenFile = variables["AWS_WEB_IDENTITY_TOKEN_FILE"], let role = variables["AWS_ROLE_ARN"] {
            return .webIdentity(
                WebIdentity(
                    tokenFile: tokenFile, role: role, session: variables["AWS_ROLE_SESSION_NAME"] ?? "holdfast",
                    address: variables["AWS_ENDPOINT_URL_STS"] ?? "https://sts.\(settings.region).amazonaws.com"))
        }
        if let container = try container(variables) { return .container(container) }
        if settings.usesInstanceCredentials {
            return .instance(address: variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? environment.metadataAddress)
        }
        throw CredentialFault(
            message: """
                There are no credentials for S3. Give s3.credentials-file, or set AWS_ACCESS_KEY_ID and \
                AWS_SECRET_ACCESS_KEY; on a machine of Amazon, s3.instance-credentials: on.
                """)
    }

    private static func container(
        _ variables: [String: String]
    ) throws(CredentialFault) -> ContainerCredentials? {
        let relative = variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"].map { "http://169.254.170.2" + $0 }
        guard let address = relative ?? variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] else { return nil }
        // The token that goes there would cross a network in the clear.
        guard address.hasPrefix("https://") || isOfThisMachine(address) else {
            throw CredentialFault(
                message: "AWS_CONTAINER_CREDENTIALS_FULL_URI must begin with https://, or lead to this machine.")
        }
        return ContainerCredentials(
            address: address, tokenFile: variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"],
            token: variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"])
    }

    /// The loopback addresses, and those at which the agents of ECS and EKS answer.
    private static func isOfThisMachine(_ address: String) -> Bool {
        let host = address.wholeMatch(of: /http:\/\/(\[[^\]\/]*\]|[^:\/]+)(?::\d+)?(?:\/.*)?/)?.1 ?? ""
        return host.wholeMatch(of: /localhost|127(\.\d{1,3}){3}|169\.254\.170\.(2|23)|\[::1\]|\[fd00:ec2::23\]/) != nil
    }

    /// What the log calls it.
    var words: String {
        switch self {
        case .file(let path, _): "the file \(path)"
        case .environment: "the environment"
        case .webIdentity(let identity): "the role \(identity.role)"
        case .container: "the container's agent"
        case .instance: "the machine's metadata service"
        }
    }

    func fetch() async throws(CredentialFault) -> S3Credentials {
        switch self {
        case .file(let path, let forbids): try CredentialFile.read(path, forbids: forbids).credentials
        case .environment(let credentials): credentials
        case .webIdentity(let identity): try await fetch(identity)
        case .container(let container): try await fetch(container)
        case .instance(let address): try await fetchOfInstance(address)
        }
    }
}

// MARK: Servers that give credentials

extension CredentialSource {
    private static let limitBytes = 64 << 10

    private func fetch(_ identity: WebIdentity) async throws(CredentialFault) -> S3Credentials {
        var request = WebRequest("POST", identity.address + "/")
        request.headers["Content-Type"] = "application/x-www-form-urlencoded"
        let fields = [
            ("Action", "AssumeRoleWithWebIdentity"), ("Version", "2011-06-15"), ("RoleArn", identity.role),
            ("RoleSessionName", identity.session),
            ("WebIdentityToken", try CredentialFile.text(identity.tokenFile, forbids: 0)),
        ]
        let form = fields.map { "\($0.0)=\(PercentEncoding.query($0.1))" }.joined(separator: "&")
        request.body = Data(form.utf8)
        let answer = try await ask(request, seconds: 30)
        let root = try? XMLReader.root(of: Array(answer))
        guard let given = root?["AssumeRoleWithWebIdentityResult"]?["Credentials"],
            let id = given["AccessKeyId"]?.text, let secret = given["SecretAccessKey"]?.text,
            let token = given["SessionToken"]?.text,
            let end = given["Expiration"].flatMap({ WireTime.seconds(ofISO: $0.text) })
        else { throw CredentialFault(message: "\(identity.address) answered without credentials.") }
        return S3Credentials(accessKeyID: id, secretAccessKey: secret, sessionToken: token, end: end)
    }

    private func fetch(_ container: ContainerCredentials) async throws(CredentialFault) -> S3Credentials {
        var request = WebRequest("GET", container.address)
        // The file may change; it is read for each request.
        if let file = container.tokenFile {
            request.headers["Authorization"] = try CredentialFile.text(file, forbids: 0)
        } else if let token = container.token {
            request.headers["Authorization"] = token
        }
        return try Self.credentials(try await ask(request, seconds: 10), of: container.address)
    }

    private func fetchOfInstance(_ address: String) async throws(CredentialFault) -> S3Credentials {
        var asking = WebRequest("PUT", address + "/latest/api/token")
        asking.headers["X-aws-ec2-metadata-token-ttl-seconds"] = "300"
        let token = String(decoding: try await ask(asking, seconds: 5), as: UTF8.self)
        let place = address + "/latest/meta-data/iam/security-credentials/"
        let names = String(decoding: try await ask(Self.reading(place, token), seconds: 5), as: UTF8.self)
        guard let role = names.split(separator: "\n").first, role.wholeMatch(of: /[A-Za-z0-9+=,.@_-]+/) != nil else {
            throw CredentialFault(message: "This machine has no role at \(address).")
        }
        return try Self.credentials(try await ask(Self.reading(place + role, token), seconds: 5), of: address)
    }

    private static func reading(_ address: String, _ token: String) -> WebRequest {
        var request = WebRequest("GET", address)
        request.headers["X-aws-ec2-metadata-token"] = token
        return request
    }

    /// Agents of containers and the metadata service write alike.
    private struct Answer: Decodable {
        var AccessKeyId: String
        var SecretAccessKey: String
        var Token: String
        var Expiration: String
    }

    private static func credentials(_ body: Data, of address: String) throws(CredentialFault) -> S3Credentials {
        guard let answer = try? JSONDecoder().decode(Answer.self, from: body),
            let end = WireTime.seconds(ofISO: answer.Expiration)
        else { throw CredentialFault(message: "\(address) answered without credentials.") }
        return S3Credentials(
            accessKeyID: answer.AccessKeyId, secretAccessKey: answer.SecretAccessKey, sessionToken: answer.Token,
            end: end)
    }

    private func ask(_ request: WebRequest, seconds: Double) async throws(CredentialFault) -> Data {
        let answer: WebAnswer
        do {
            answer = try await WebClient().answer(request, within: seconds, limitBytes: Self.limitBytes)
        } catch let failure as WebFailure {
            throw CredentialFault(
                message: "No credentials came from \(request.address): \(failure.words).",
                isTransient: failure.isTransient)
        } catch {
            throw CredentialFault(message: "No credentials came from \(request.address): it was given up.")
        }
        guard answer.status == 200 else {
            throw CredentialFault(
                message: "\(request.address) gave no credentials: status \(answer.status).",
                isTransient: answer.status >= 500)
        }
        return answer.body
    }
}
