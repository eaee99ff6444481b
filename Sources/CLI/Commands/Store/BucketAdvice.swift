import Foundation
import ObjectStorage
import ObjectStorageS3

/// What an administrator gives a bucket and the server's credentials, ready to be pasted.
struct BucketAdvice {
    private let settings: S3Settings
    private var bucket: String { settings.place.bucket }
    private var prefix: String { settings.place.prefix.isEmpty ? "" : settings.place.prefix + "/" }
    /// The most days for which the credentials may lock an object: somebody who has them could lock
    /// garbage for a century otherwise.
    private var maximumDays: Int { (settings.lock?.days ?? 30) + 1 }

    init(_ settings: S3Settings) { self.settings = settings }

    /// The policy of the server's credentials.
    var policy: String {
        let isLocked = settings.lock != nil
        let ofBucket = ["s3:ListBucket"] + (isLocked ? Self.lockRightsOfBucket : [])
        let ofObjects =
            ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"] + (isLocked ? Self.lockRightsOfObjects : [])
        let limit = """
            ,
                {"Effect": "Deny", "Action": "s3:PutObjectRetention", "Resource": "arn:aws:s3:::\(bucket)/*",
                 "Condition": {"NumericGreaterThan": {"s3:object-lock-remaining-retention-days": "\(maximumDays)"}}}
            """
        return """
            {
              "Version": "2012-10-17",
              "Statement": [
                {"Effect": "Allow", "Action": \(Self.list(ofBucket)),
                 "Resource": "arn:aws:s3:::\(bucket)"},
                {"Effect": "Allow", "Action": \(Self.list(ofObjects)),
                 "Resource": "arn:aws:s3:::\(bucket)/\(prefix)*"}\(isLocked ? limit : "")
              ]
            }
            """
    }

    /// The rules after which the space of what was deleted comes back.
    var lifecycle: String {
        let versions = """
            ,
                "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
                "Expiration": {"ExpiredObjectDeleteMarker": true}
            """
        return """
            {
              "Rules": [{
                "ID": "holdfast", "Status": "Enabled", "Filter": {"Prefix": "\(prefix)"},
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}\(settings.lock == nil ? "" : versions)
              }]
            }
            """
    }

    var text: String {
        """
        # Rights of the server's credentials. With Object Lock no right to delete versions is among them,
        # and none to end a lock.
        \(policy)

        # Rules of the bucket. A version stays as long as it is locked, whatever they say.
        \(lifecycle)

        # aws iam put-user-policy --user-name holdfast --policy-name holdfast --policy-document file://policy.json
        # aws s3api put-bucket-lifecycle-configuration --bucket \(bucket) \
        --lifecycle-configuration file://lifecycle.json
        """
    }

    private static let lockRightsOfBucket = [
        "s3:ListBucketVersions", "s3:GetBucketVersioning", "s3:GetBucketObjectLockConfiguration",
    ]
    private static let lockRightsOfObjects = [
        "s3:GetObjectVersion", "s3:GetObjectRetention", "s3:PutObjectRetention",
    ]

    private static func list(_ words: [String]) -> String {
        "[" + words.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
    }
}
