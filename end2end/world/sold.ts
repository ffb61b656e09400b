// What is sold, and to whom.

/** The package of the design document's example. */
export const basic = {
  name: 'Basic 10Mbps',
  description: 'Basic internet package',
  downloadSpeed: 10,
  uploadSpeed: 5,
  burstEnabled: true,
  burstDownloadSpeed: 20,
  burstUploadSpeed: 10,
  burstThresholdDownload: 8,
  burstThresholdUpload: 4,
  burstTime: 8,
}

/** A customer as the REST API takes them. */
export function customer(id: string, username: string, name: string) {
  return { id, name, email: `${username}@example.com`, status: 'Active', servicePackage: basic.name, pppoeUsername: username, pppoePassword: 'dial-in-s3cret' }
}

/** A customer of the store. */
export interface Customer {
  id: string
  name: string
  servicePackage: string
  status: string
  pppoeUsername: string
  serviceType: string
  version: number
}

/** A package of the store. */
export interface Package {
  id: string
  package: Record<string, unknown>
  customers: number
  version: number
}
