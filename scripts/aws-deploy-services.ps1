<#
.SYNOPSIS
Deploy every stack to the AWS account of the environment's credentials.
#>
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
Set-Location (Split-Path $PSScriptRoot)

make deploy
